"""A real Slurm of two nodes on this machine, in a folder and on ports of its own.

Nothing outside the folder is touched: Munge has a socket and a key there. Every process is ended
file. Every process is ended by its own id.
"""

from __future__ import annotations

import contextlib
import os
import platform
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from tests.trainer.children import wait_until

PROGRAMS = ("setpriv", "munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol")
NODES = ("n1", "n2")
PATIENCE_S = 300.0
LIMIT = 40
"""How many jobs the cluster takes at once, those just ended among them."""

_CONFIGURATION = """
ClusterName=l2l
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
SlurmctldPort={ports[0]}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SwitchType=switch/none
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=0
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmdTimeout={silence_s}
SlurmctldTimeout=10
MessageTimeout=5
KillWait=2
MinJobAge=2
MaxJobCount={limit}
JobAcctGatherType=jobacct_gather/none
NodeName={nodes[0]} NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=2 RealMemory=2000
NodeName={nodes[1]} NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=2 RealMemory=2000
PartitionName=study Nodes=ALL Default=YES MaxTime=60 State=UP PriorityTier=1
PartitionName=urgent Nodes=ALL MaxTime=60 State=UP PriorityTier=2
"""


def missing() -> str:
    """Return why no cluster can be had here; nothing if one can."""
    absent = [name for name in PROGRAMS if shutil.which(name, path=_path()) is None]
    if absent:
        return f"Slurm is not installed: no {', '.join(absent)} (Debian: slurm-wlm and munge)"
    if find_spec("submitit") is None:
        return "submitit is not installed"
    return "" if os.geteuid() == 0 else "a Slurm of one's own needs root"


class Cluster:
    """A cluster, started and ended piece by piece.

    Args:
        folder: Where all of it is kept; nobody but root may write to it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf"), "PATH": _path()}

    def start(self) -> None:
        """Start every piece and wait until both nodes are idle."""
        (self.folder / "state").mkdir(mode=0o700)
        (self.folder / "munge.key").write_bytes(secrets.token_bytes(128))
        (self.folder / "munge.key").chmod(0o400)
        with contextlib.ExitStack() as held:
            ports = [_free_port(held) for _ in range(3)]
        (self.folder / "slurm.conf").write_text(
            _CONFIGURATION.format(
                host=platform.node().partition(".")[0],
                folder=self.folder,
                ports=ports,
                nodes=NODES,
                silence_s=6,
                limit=LIMIT,
            )
        )
        self._start_munge()
        self.start_controller()
        for node in NODES:
            self.start_node(node)
        self.wait_for_nodes()

    def stop(self) -> None:
        """End every piece, jobs first."""
        with contextlib.suppress(subprocess.SubprocessError, TimeoutError):
            self.run("scancel", "--user", str(os.getuid()))
            wait_until(lambda: not self.run("squeue", "-h"), within_s=15, every_s=0.1)
        for name in (*NODES, "controller", "munge"):
            self.end(name)

    def start_controller(self) -> None:
        """Start the controller; it goes on from what it kept."""
        self._start("controller", "slurmctld", "-D")

    def start_node(self, node: str) -> None:
        """Start one node's daemon."""
        self._start(node, "slurmd", "-D", "-N", node)

    def end(self, name: str, number: int = signal.SIGTERM) -> None:
        """End one piece by its process id: a node by its name, ``controller`` or ``munge``."""
        process = self._running.pop(name, None)
        if process is None:
            return
        process.send_signal(number)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def run(self, *words: str, check: bool = True) -> str:
        """Return what one of Slurm's commands says."""
        done = subprocess.run(
            words, env=self.environment, capture_output=True, text=True, timeout=30, check=check
        )
        return done.stdout.strip()

    def state(self, job: str) -> str:
        """Return what the queue calls a job's state; nothing once the job is gone."""
        done = self.run("squeue", "-h", "--array", "-t", "all", "-o", "%i %T")
        return dict(line.split() for line in done.splitlines()).get(job, "")

    def node_of(self, job: str) -> str:
        """Return the node that a job is on."""
        return self.run("squeue", "-h", "-j", job, "-o", "%N")

    def wait_for_nodes(self) -> None:
        """Wait until every node is there and free."""
        self._wait_for("idle")

    def tidy(self) -> None:
        """Take every job away, and wait until both nodes are there and free.

        A controller that was killed may give a job a second time to the node that has it, and
        drains the node for that: it is given back.
        """
        self.run("scancel", f"--user={os.getuid()}")
        wait_until(self._freed, within_s=PATIENCE_S, every_s=0.2)

    def fill(self, partition: str = "study") -> list[str]:
        """Take what is free of every node with jobs that only sleep; return their ids."""
        jobs = []
        for node in NODES:
            for _ in range(2):
                where = ("-p", partition, "-w", node)
                said = self.run("sbatch", "--parsable", *where, "-o", "/dev/null", self.sleeper)
                jobs.append(said)
        self._wait_for("allocated")
        return jobs

    @property
    def sleeper(self) -> str:
        """A job's script that does nothing for long."""
        script = self.folder / "sleep.sh"
        script.write_text("#!/bin/bash\nexec sleep 600\n")
        return str(script)

    def _freed(self) -> bool:
        states = self._states()
        for node, state in zip(NODES, states, strict=False):
            if state.startswith("drain"):
                self.run("scontrol", "update", f"NodeName={node}", "State=RESUME", check=False)
        return states == ["idle"] * len(NODES)

    def _wait_for(self, state: str) -> None:
        wait_until(lambda: self._states() == [state] * len(NODES), within_s=PATIENCE_S, every_s=0.1)

    def _states(self) -> list[str]:
        """Return each node's state, in their order; nothing while the controller is silent."""
        return self.run("sinfo", "-h", "-N", "-p", "study", "-o", "%T", check=False).split()

    def _start_munge(self) -> None:
        place = self.folder
        self._start(
            "munge",
            "munged",
            "--foreground",
            "--force",
            f"--socket={place}/munge.socket",
            f"--key-file={place}/munge.key",
            f"--pid-file={place}/munged.pid",
            f"--seed-file={place}/munged.seed",
            f"--log-file={place}/munged.log",
        )
        wait_until((place / "munge.socket").exists)

    def _start(self, name: str, *words: str) -> None:
        # Where the tests themselves are killed, nothing of theirs stays.
        command = ("setpriv", "--pdeathsig", "TERM", *words)
        with (self.folder / f"{name}.out").open("ab") as said:
            self._running[name] = subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Start a cluster, and end it whatever happens."""
    one = Cluster(folder)
    try:
        one.start()
        yield one
    finally:
        one.stop()


def _path() -> str:
    """Return where programs are looked for; daemons stand where not everybody looks."""
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def _free_port(held: contextlib.ExitStack) -> int:
    opened = held.enter_context(socket.socket())
    opened.bind(("127.0.0.1", 0))
    port: int = opened.getsockname()[1]
    return port
