"""Runs on a Slurm cluster: the same run directory, executed by the same trainer as a job.

Nothing here schedules or transports: Slurm does the one, the shared file system the other.
Submitting is submitit's part, asking and cancelling that of Slurm's own commands.
"""

JOB_VARIABLE = "L2L_TUI_JOB"
"""The environment's word for the job that a trainer works in; a trainer without one is local."""

LEFT = 75
"""A trainer's exit code when its machine was asked back: the run is to go on elsewhere."""
