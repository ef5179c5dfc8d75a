"""The XML API of Google Cloud Storage, as far as obstore speaks it, in front of moto's S3, which that API resembles.

What differs is done here: requests carry a token that the key of a service account has signed, and which is checked;
preconditions, sources of copies and metadata go by headers of Google's own; errors of rights are Google's.
"""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

EMAIL = "tests@project.iam.gserviceaccount.com"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
DENIED = {
    401: ("AuthenticationRequired", "Authentication required."),
    403: ("AccessDenied", "Access denied."),
}
COPY_SOURCE = "HTTP_X_GOOG_COPY_SOURCE"
FOR_MOTO = "AWS4-HMAC-SHA256 Credential=us/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
MUST_NOT_EXIST = "HTTP_X_GOOG_IF_GENERATION_MATCH"  # with the value 0

Start = Callable[..., Any]


class Gcs:
    """The server, from `with` to its end, in a thread of this process, and the key of who may come in."""

    def __init__(self, folder: Path) -> None:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        self.key_file = folder / "service-account.json"
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        self._known: set[str] = set()  # tokens whose signature was found right

    def __enter__(self) -> Gcs:
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
        from werkzeug.serving import make_server

        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it logs every request
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._serve, threaded=True, request_handler=MotoRequestHandler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        account = {
            "type": "service_account", "client_email": EMAIL, "private_key_id": "1", "private_key": self._pem,
            "gcs_base_url": self.url,
        }  # fmt: skip
        self.key_file.write_text(json.dumps(account))
        self.environ = {"GOOGLE_SERVICE_ACCOUNT": str(self.key_file)}
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def new_bucket(self) -> str:
        """A new bucket; its name."""
        from moto.core.models import DEFAULT_ACCOUNT_ID
        from moto.s3.models import s3_backends

        name = f"bucket-{uuid.uuid4().hex}"
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].create_bucket(name, "us-east-1")
        return name

    def _serve(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one request."""
        status = self._refusal(environ.pop("HTTP_AUTHORIZATION", ""))
        if status:
            return refuse(status, start)
        for name in ("RAW_URI", "REQUEST_URI"):  # bucket names that are quoted more than need be are none to moto
            path, mark, query = environ[name].partition("?")
            environ[name] = quote(unquote(path), safe="/-_.~") + mark + query
        if COPY_SOURCE in environ:
            environ["HTTP_X_AMZ_COPY_SOURCE"] = quote(unquote(environ.pop(COPY_SOURCE)), safe="/-_.~")
        if environ.pop(MUST_NOT_EXIST, "") == "0":
            environ["HTTP_IF_NONE_MATCH"] = "*"
        environ["HTTP_AUTHORIZATION"] = FOR_MOTO
        answer: Iterable[bytes] = self._moto(environ, start)
        return answer

    def _refusal(self, authorization: str) -> int:
        """The status for who may not come in; 0 for who may."""
        kind, _, token = authorization.partition(" ")
        if kind != "Bearer":
            return 403 if not kind else 401
        if token not in self._known:
            if not self._is_signed(token):
                return 401
            self._known.add(token)
        return 0

    def _is_signed(self, token: str) -> bool:
        """Whether the account has signed the token, for what it is used for and not too long ago."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        message, _, signature = token.rpartition(".")
        try:
            header, claims = (json.loads(decoded(part)) for part in message.split("."))
            self._key.public_key().verify(decoded(signature), message.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            return False
        return (
            header["alg"] == "RS256"
            and (claims["iss"], claims["sub"], claims["scope"]) == (EMAIL, EMAIL, SCOPE)
            and claims["exp"] > time.time()
        )


def decoded(part: str) -> bytes:
    """The bytes of a part of a token."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def refuse(status: int, start: Start) -> Iterable[bytes]:
    """The answer to who may not come in."""
    code, message = DENIED[status]
    body = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    start(f"{status} {code}", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body.encode()]


@pytest.fixture(scope="session")
def gcs_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gcs]:
    """Google Cloud Storage on this machine; as long as the session, in this process."""
    with Gcs(tmp_path_factory.mktemp("gcs")) as server:
        yield server
