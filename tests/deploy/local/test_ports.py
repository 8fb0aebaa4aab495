"""Free ports: taken ones are skipped, and each is returned once."""

import socket
import subprocess
import sys

from deploy.local import ports


def test_a_taken_port_is_skipped() -> None:
    wanted = ports.free()
    with socket.socket() as other:
        other.bind((ports.LOOPBACK, wanted))
        other.listen()
        assert ports.free(wanted) > wanted


def test_a_port_is_returned_once_among_all_processes() -> None:
    given = ports.free()
    asked = f"from deploy.local import ports; print(ports.free({given}))"
    other = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert int(other.stdout) > given
