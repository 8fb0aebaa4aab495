"""Libraries of packages that were unpacked without being installed."""

from pathlib import Path

from deploy.local import debian


def test_libraries_in_a_folder_of_their_own_are_found_too(tmp_path: Path) -> None:
    libraries = tmp_path / "usr/lib/x86_64-linux-gnu"
    for file in ("libpulse.so.0", "pulseaudio/libpulsecommon-16.1.so", "gconv/UTF-16.so"):
        (libraries / file).parent.mkdir(parents=True, exist_ok=True)
        (libraries / file).touch()

    assert debian.shared_libraries(tmp_path).split(":") == [str(libraries), str(libraries / "pulseaudio")]
