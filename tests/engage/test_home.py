from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from engage.errors import HomeError
from engage.home import Home, find, prepare

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_one_folder_holds_all_when_it_is_named(tmp_path: Path) -> None:
    home = find({"NOUVELLES_HOME": str(tmp_path / "n")})
    assert home == Home(tmp_path / "n" / "config.toml", tmp_path / "n" / "nouvelles.db")
    assert home.templates == tmp_path / "n" / "templates"
    assert not (tmp_path / "n").exists()


def test_a_relative_folder_and_a_tilde_become_absolute(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "ada"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "ada"))
    assert find({"NOUVELLES_HOME": "n"}).database == tmp_path / "n" / "nouvelles.db"
    assert find({"NOUVELLES_HOME": "~/n"}).config == tmp_path / "ada" / "n" / "config.toml"


def test_a_tilde_that_means_nobody_is_explained() -> None:
    with pytest.raises(HomeError, match="~nobody-of-that-name/n cannot be made"):
        find({"NOUVELLES_HOME": "~nobody-of-that-name/n"})


@pytest.mark.skipif(sys.platform != "linux", reason="XDG's variables")
@pytest.mark.parametrize("environ", [{}, {"NOUVELLES_HOME": ""}, {"NOUVELLES_HOME": "  "}])
def test_otherwise_the_system_says_where(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
    home = find(environ)
    assert home == Home(tmp_path / "c/nouvelles/config.toml", tmp_path / "d/nouvelles/nouvelles.db")
    assert home.templates == tmp_path / "c/nouvelles/templates"


@posix
def test_the_folders_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "a" / "b" / "config.toml", tmp_path / "d" / "nouvelles.db")
    prepare(home)
    assert {_mode(tmp_path / made) for made in ("a", "a/b", "d")} == {0o700}
    assert not home.config.exists()
    assert not home.database.exists()
    assert not home.templates.exists()


@posix
def test_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "config.toml").write_text("# mine")
    home = Home(folder / "config.toml", folder / "nouvelles.db")
    prepare(home)
    prepare(home)
    assert _mode(folder) == 0o755
    assert home.config.read_text() == "# mine"


@pytest.mark.parametrize("below", ["", "deeper", "deeper/still"])
def test_a_file_in_the_way_is_explained(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / below
    with pytest.raises(HomeError) as error:
        prepare(Home(folder / "config.toml", folder / "nouvelles.db"))
    assert str(error.value).startswith(f"The folder {tmp_path / 'file'}")
    assert "Set NOUVELLES_HOME" in str(error.value)


@pytest.mark.parametrize(
    ("refusal", "named"),
    [
        (PermissionError(13, "Permission denied"), "n"),
        (FileNotFoundError(2, "No such drive"), ""),  # nothing above it can be made either
    ],
)
def test_a_folder_that_may_not_be_made_is_explained(
    refusal: OSError, named: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        refusal.filename = str(self)
        raise refusal

    monkeypatch.setattr(Path, "mkdir", refuse)  # modes do not stop the superuser, whom tests may run as
    with pytest.raises(HomeError) as error:
        prepare(Home(tmp_path / "n" / "config.toml", tmp_path / "n" / "nouvelles.db"))
    assert error.value.values["path"] == (str(tmp_path / named) if named else tmp_path.anchor)
    assert error.value.values["reason"] == refusal.strerror
