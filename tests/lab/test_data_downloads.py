"""Data sets fetched from a server of our own: whole, or not at all."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from l2l_tui import extras
from l2l_tui.errors import L2LError, RequestError
from l2l_tui.lab.data import cifar10, downloads, mnist, pictures, store
from l2l_tui.lab.data.store import DataError, Layout, Remote
from tests.lab import filed

IMAGES = "train-images-idx3-ubyte.gz"
ARCHIVE = "cifar-10-binary.tar.gz"

pytest.importorskip("pooch", reason="the extra `data` is not installed")


@dataclass
class Server:
    """What the server has, and how it misbehaves."""

    address: str = ""
    """Where it listens, with a slash at the end."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What it has, by path."""
    torn: set[str] = field(default_factory=set)
    """Paths whose connection breaks off half way."""
    held: set[str] = field(default_factory=set)
    """Paths of which the second half waits until the server may go on."""
    may_go_on: threading.Event = field(default_factory=threading.Event)
    """Lets the second halves go."""
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for."""

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Send a file, or as much of it as suits the test."""
        path = request.path.removeprefix("/")
        self.asked.append(path)
        if path not in self.files:
            request.send_error(404)
            return
        content = self.files[path]
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        half = len(content) // 2
        request.wfile.write(content[:half])
        if path in self.held:
            self.may_go_on.wait(30)
        if path not in self.torn:
            request.wfile.write(content[half:])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Return a server that runs as long as the test, and keep proxies away from it."""
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                state.answer(self)
            except ConnectionError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        state.address = f"http://127.0.0.1:{listening.server_port}/"
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield state
        state.may_go_on.set()
        listening.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache; no other place is looked into."""
    monkeypatch.delenv(store.VARIABLE, raising=False)
    monkeypatch.setattr(store, "cache", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def serve(
    monkeypatch: pytest.MonkeyPatch, server: Server, *, mirrors: tuple[str, ...] = ("",)
) -> None:
    """Let the small data sets be had from the server, and from there alone."""
    addresses = tuple(server.address + mirror for mirror in mirrors)
    offered = {**filed.mnist(), ARCHIVE: packed(filed.cifar10())}
    server.files |= {mirror + name: data for mirror in mirrors for name, data in offered.items()}
    for module in (mnist, cifar10):
        layout: Layout = module.LAYOUT
        remotes = tuple(
            remote_of(each.file, offered[each.file], addresses) for each in layout.remotes
        )
        monkeypatch.setattr(module, "LAYOUT", replace(layout, remotes=remotes))


def remote_of(file: str, content: bytes, mirrors: tuple[str, ...]) -> Remote:
    """Return what the library would know of a file."""
    return Remote(file, mirrors, len(content), hashlib.sha256(content).hexdigest())


def packed(files: Mapping[str, bytes], folder: str = "cifar-10-batches-bin/") -> bytes:
    """Return an archive like CIFAR-10's, a file in it that nobody needs."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as tar:
        for name, content in {"test_batch.bin": b"", "readme.html": b"", **files}.items():
            member = tarfile.TarInfo(folder + name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return held.getvalue()


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_a_data_set_is_fetched_once(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Its files lie in the cache as its authors name them, and nobody asks for them again."""
    serve(monkeypatch, server)
    loaded = pictures.load(name, download=True)
    assert loaded.test.y.bincount().tolist() == [2] * 10
    files = {"mnist": filed.mnist(), "cifar10": filed.cifar10()}[name]
    folder = cache / {"mnist": "mnist", "cifar10": "cifar-10-batches-bin"}[name]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    asked = len(server.asked)
    assert pictures.load(name, download=True) is pictures.load(name)
    assert len(server.asked) == asked


def test_nothing_is_fetched_unless_asked_for(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the setting."""
    serve(monkeypatch, server)
    with pytest.raises(DataError, match="--set download=true"):
        pictures.load("mnist")
    assert server.asked == []


def test_what_is_there_already_is_not_fetched(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three of four files came before the connection was lost."""
    serve(monkeypatch, server)
    files = dict(filed.mnist())
    del files[IMAGES]
    filed.write(cache / "mnist", files)
    assert len(pictures.load("mnist", download=True).train.y) == filed.PICTURES
    assert server.asked == [IMAGES]


@pytest.mark.parametrize("fault", ["none", "torn", "wrong"])
def test_the_next_mirror_is_asked_where_one_fails(
    server: Server, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Whatever is the matter with the first."""
    serve(monkeypatch, server, mirrors=("first/", "second/"))
    spoil(server, "first/" + IMAGES, fault)
    assert len(pictures.load("mnist", download=True).train.y) == filed.PICTURES
    assert server.asked[:2] == ["first/" + IMAGES, "second/" + IMAGES]


def spoil(server: Server, path: str, fault: str) -> None:
    """Let one path fail in some way."""
    if fault == "none":
        del server.files[path]
    elif fault == "torn":
        server.torn.add(path)
    else:
        server.files[path] = server.files[path][:-1] + b"?"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("none", "the server answered 404"),
        ("torn", "the connection broke off"),
        ("wrong", "what came is not the file, its checksum differs"),
    ],
)
@pytest.mark.parametrize(("name", "file"), [("mnist", IMAGES), ("cifar10", ARCHIVE)])
def test_a_file_that_does_not_come_whole_leaves_nothing(
    server: Server,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    reason: str,
    name: str,
    file: str,
) -> None:
    """The message says which file, from where, why, and what to do; the next try succeeds."""
    serve(monkeypatch, server)
    whole = dict(server.files)
    spoil(server, file, fault)
    with pytest.raises(DataError) as caught:
        pictures.load(name, download=True)
    said = str(caught.value)
    assert said.startswith(f"{file} cannot be fetched ({server.address}: {reason}); ")
    assert "L2L_TUI_DATA" in said
    assert [path for path in cache.rglob("*") if path.is_file()] == []
    server.files, server.torn = whole, set()
    assert len(pictures.load(name, download=True).test.y) == filed.PICTURES


def test_a_server_that_is_down_is_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection; the address is named."""
    serve(monkeypatch, replace(server, address="http://127.0.0.1:9/"))
    with pytest.raises(
        DataError, match=r"\(http://127\.0\.0\.1:9/: no connection, or it broke off\)"
    ):
        pictures.load("mnist", download=True)


def test_a_server_that_falls_silent_is_told(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for ever."""
    serve(monkeypatch, server)
    server.held.add(IMAGES)
    monkeypatch.setattr(downloads, "_PATIENCE_S", 0.2)
    with pytest.raises(DataError, match="no connection, or it broke off"):
        pictures.load("mnist", download=True)


def test_how_far_it_is_can_be_followed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line when it begins and when there is something new; empty ones between."""
    serve(monkeypatch, server)
    server.held.add(ARCHIVE)
    server.files[ARCHIVE] = content = server.files[ARCHIVE] + bytes(2 * downloads._CHUNK_BYTES)
    layout = cifar10.LAYOUT
    remote = replace(
        remote_of(ARCHIVE, content, (server.address,)), size_bytes=layout.remotes[0].size_bytes
    )
    monkeypatch.setattr(cifar10, "LAYOUT", replace(layout, remotes=(remote,)))
    monkeypatch.setattr(downloads, "_LOOK_S", 0.01)
    loaded = []

    def followed() -> Iterator[str]:
        loaded.append((yield from pictures.loading("cifar10", download=True)))

    steps = followed()
    assert next(steps) == f"fetching {ARCHIVE}, 1 MB"
    assert next(note for note in steps if note).startswith(f"{ARCHIVE}: ")
    assert next(steps) == ""
    server.may_go_on.set()
    assert [note for note in steps if note.startswith("fetching")] == []
    assert len(loaded[0].train.y) == 5 * filed.PICTURES


def test_who_gives_up_waits_no_longer_and_leaves_nothing(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is stopped while it fetches."""
    serve(monkeypatch, server)
    server.held.add(IMAGES)
    server.files[IMAGES] = bytes(8 * downloads._CHUNK_BYTES)
    steps = pictures.loading("mnist", download=True)
    next(steps)
    threading.Timer(0.2, server.may_go_on.set).start()
    steps.close()
    assert [path for path in cache.rglob("*") if path.is_file()] == []
    assert server.asked == [IMAGES]
    assert [each for each in threading.enumerate() if each.name.startswith("fetch")] == []


def test_a_cache_that_cannot_be_written_is_told(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the folder, the reason, and what to do."""
    import pooch

    serve(monkeypatch, server)
    cache.write_bytes(b"")
    with pytest.raises(DataError) as caught:
        pictures.load("mnist", download=True)
    assert str(caught.value).startswith(f"{cache / 'mnist'} cannot be written: ")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    cache.unlink()
    monkeypatch.setattr(pooch, "retrieve", full)
    with pytest.raises(DataError, match="No space left on device; make room there"):
        pictures.load("mnist", download=True)


def test_a_data_set_unpacked_by_halves_is_not_whole(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up in the middle; the archive stays, and is not fetched a second time."""
    serve(monkeypatch, server)
    with monkeypatch.context() as patch:

        def full(path: Path, _content: bytes) -> None:
            raise L2LError(f"cannot write {path}: No space left on device")

        patch.setattr(downloads.files, "replace", full)
        with pytest.raises(L2LError, match=r"data_batch_1\.bin: No space left"):
            pictures.load("cifar10", download=True)
    filed.write(cache / "cifar-10-batches-bin", {"data_batch_1.bin": filed.records(0)})
    assert pictures.look("cifar10") is None
    assert len(pictures.load("cifar10", download=True).train.y) == 5 * filed.PICTURES
    assert server.asked == [ARCHIVE]


def test_names_in_an_archive_lead_nowhere(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only our own files are written, where they belong."""
    serve(monkeypatch, server)
    content = packed({**filed.cifar10(), "evil.bin": b"!"}, folder="../../")
    server.files[ARCHIVE] = content
    layout = replace(cifar10.LAYOUT, remotes=(remote_of(ARCHIVE, content, (server.address,)),))
    monkeypatch.setattr(cifar10, "LAYOUT", layout)
    pictures.load("cifar10", download=True)
    files = {path for path in cache.parent.rglob("*") if path.is_file()}
    assert files == {cache / layout.folder / name for name in filed.cifar10()}


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (packed({"data_batch_1.bin": filed.records(0)}), "lacks data_batch_2.bin, data_batch_3"),
        (packed(filed.cifar10())[:-500], "cannot be unpacked ("),
        (b"<html>", "cannot be unpacked ("),
    ],
    ids=["lacking", "torn", "page"],
)
def test_an_archive_that_is_none_is_told(
    server: Server, monkeypatch: pytest.MonkeyPatch, content: bytes, wrong: str
) -> None:
    """Even where its checksum is right."""
    serve(monkeypatch, server)
    server.files[ARCHIVE] = content
    layout = replace(cifar10.LAYOUT, remotes=(remote_of(ARCHIVE, content, (server.address,)),))
    monkeypatch.setattr(cifar10, "LAYOUT", layout)
    with pytest.raises(DataError) as caught:
        pictures.load("cifar10", download=True)
    assert f"{ARCHIVE} {wrong}" in str(caught.value)


def test_without_pooch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setattr(extras, "absent", lambda *modules: modules)
    with pytest.raises(RequestError, match=r"needs pooch, not installed: .*l2l-tui\[data\]"):
        pictures.load("mnist", download=True)


def test_the_addresses_are_those_of_their_keepers() -> None:
    """Encrypted, and every checksum a SHA-256."""
    for remote in (*mnist.LAYOUT.remotes, *cifar10.LAYOUT.remotes):
        assert all(each.startswith("https://") and each.endswith("/") for each in remote.mirrors)
        assert len(bytes.fromhex(remote.sha256)) == 32
