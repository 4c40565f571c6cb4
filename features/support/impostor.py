"""Knows somebody who answers over TLS in another's place, with a certificate that he has made himself.

Given by the tag @fixture.impostor.
"""

import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from features.support.context import Context
from features.support.fixtures import gives

HOST = "127.0.0.1"
PATIENCE = 5.0
"""Seconds for a caller to say something."""


@dataclass(slots=True)
class Impostor:
    """Where he listens, and what each of his callers told him: nothing, where they hung up on his certificate."""

    url: str = ""
    calls: list[bytes] = field(default_factory=list)


@gives("impostor")
def impostor(context: Context) -> Iterator[None]:
    """He listens for as long as the scenario lasts."""
    notes = context.world.notes(Impostor)
    with socket.create_server((HOST, 0)) as listener:
        notes.url = f"https://{HOST}:{listener.getsockname()[1]}"
        thread = threading.Thread(target=_listen, args=(listener, _secured(), notes.calls))
        thread.start()
        yield
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _listen(listener: socket.socket, secured: ssl.SSLContext, calls: list[bytes]) -> None:
    while True:
        try:
            caller, _ = listener.accept()
        except OSError:  # the scenario is over
            return
        with caller:
            caller.settimeout(PATIENCE)
            try:
                with secured.wrap_socket(caller, server_side=True) as secret:
                    calls.append(secret.recv(65536))
            except OSError:  # also what TLS itself raises
                calls.append(b"")


def _secured() -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(private + certificate.public_bytes(Encoding.PEM))
        file.flush()
        context.load_cert_chain(file.name)
    return context
