"""The only place that talks to AWS: one request, asked again while that may help, and errors as two kinds.

A Fault may be gone when the same is asked later: throttling, a network that is away, a service that is broken. A
Refused will not. What concerns the whole executor, such as credentials, is a UsageError or RunError for the user.
"""

from __future__ import annotations

import random

from redo_py.executors.backend import Unreached
from redo_py.ground.errors import RedunError, RunError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from redo_py.ground.clock import Clock

CONNECT_TIMEOUT, READ_TIMEOUT = 5.0, 15.0  # seconds
TRIES = 4  # of one request, one soon after the other
ENOUGH = 5.0  # seconds after which it is not tried again: whoever asks has other things to do
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 15.0  # seconds, before they are shortened by chance
THROTTLED = frozenset(
    """BandwidthLimitExceeded LimitExceededException PriorRequestNotComplete ProvisionedThroughputExceededException
    RequestLimitExceeded RequestThrottled RequestThrottledException SlowDown ThrottledException Throttling
    ThrottlingException TooManyRequestsException TransactionInProgressException EC2ThrottledException""".split()
)
UNKNOWN_CALLER = frozenset(
    """AuthFailure ExpiredToken ExpiredTokenException IncompleteSignature InvalidAccessKeyId InvalidClientTokenId
    InvalidSignatureException MissingAuthenticationToken MissingAuthenticationTokenException SignatureDoesNotMatch
    UnrecognizedClientException""".split()
)
DENIED = frozenset(("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"))


class Fault(Exception):
    """AWS did not answer, or wants to be asked later. `is_known` tells that the request has certainly not been carried
    out."""

    def __init__(self, text: str, is_known: bool, is_throttling: bool = False) -> None:
        super().__init__(text)
        self.is_known = is_known
        self.is_throttling = is_throttling


class Refused(Exception):
    """AWS has answered with an error, and will again."""

    def __init__(self, action: str, code: str, text: str) -> None:
        super().__init__(text)
        self.action = action
        self.code = code
        self.text = text


class Backoff:
    """How long to wait before the next try: twice as long each time, and of that a part that chance decides, so that
    many clients which were sent away together do not come back together."""

    def __init__(self, first: float = FIRST_PAUSE, longest: float = LONGEST_PAUSE) -> None:
        self._first = first
        self._longest = longest
        self._count = 0

    def pause(self) -> float:
        """Seconds to wait now; at least a tenth of what it may be."""
        most = min(self._longest, self._first * 2**self._count)
        self._count = min(self._count + 1, 30)
        return float(most * random.uniform(0.1, 1.0))

    def reset(self) -> None:
        """All is well again."""
        self._count = 0


class Service:
    """Clients of AWS for the executor `name`, made when they are first needed."""

    def __init__(self, name: str, region: str, clock: Clock, tries: int = TRIES) -> None:
        self.name = name
        self._region = region
        self._clock = clock
        self._tries = tries
        self._clients: dict[str, Any] = {}
        self._session: Any = None

    @property
    def region(self) -> str:
        """Where the jobs run. Raises UsageError if nobody says it, or there is no boto3."""
        session = self._opened()
        found = self._region or session.region_name
        if not found:
            raise UsageError("aws-no-region", name=self.name)
        return str(found)

    def check_credentials(self) -> None:
        """Raises UsageError if there are none."""
        session = self._opened()
        from botocore.exceptions import BotoCoreError

        try:
            found = session.get_credentials()
        except BotoCoreError as error:
            raise self._no_credentials(error) from None
        if found is None:
            raise self._no_credentials("there are none")

    def ask(self, service: str, method: str, repeats: bool = True, **request: Any) -> Any:
        """The answer to one request. Raises Fault, Refused, UsageError or RunError. What may not be carried out twice
        is not asked again (`repeats=False`) unless it is known not to have arrived."""
        backoff, latest = Backoff(), self._clock.monotonic() + ENOUGH
        for number in range(1, self._tries + 1):
            try:
                return self._ask(service, method, request)
            except Fault as fault:
                is_last = number == self._tries or self._clock.monotonic() > latest
                if is_last or not (repeats or fault.is_known):
                    raise
            self._clock.sleep(backoff.pause())
        raise AssertionError("a loop of no turn")

    def pages(self, service: str, method: str, key: str, **request: Any) -> Iterator[Any]:
        """All items of a list that is answered page by page."""
        token: str | None = ""
        while token is not None:
            following: dict[str, Any] = {"nextToken": token} if token else {}
            answer = self.ask(service, method, **request, **following)
            yield from answer[key]
            token = answer.get("nextToken") or None

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def _opened(self) -> Any:
        """The session of boto3."""
        if self._session is None:
            try:
                import boto3
            except ImportError:
                raise UsageError("aws-no-boto3", name=self.name) from None
            from botocore.exceptions import BotoCoreError

            try:
                self._session = boto3.session.Session()
            except BotoCoreError as error:  # a profile that is not there, a config file that cannot be read
                raise self._no_credentials(error) from None
        return self._session

    def _client(self, service: str) -> Any:
        client = self._clients.get(service)
        if client is None:
            region = self.region
            from botocore.config import Config

            config = Config(
                connect_timeout=CONNECT_TIMEOUT, read_timeout=READ_TIMEOUT,
                retries={"total_max_attempts": 1, "mode": "standard"},
            )  # fmt: skip
            client = self._clients[service] = self._opened().client(service, region_name=region, config=config)
        return client

    def _ask(self, service: str, method: str, request: dict[str, Any]) -> Any:
        """One try."""
        client = self._client(service)
        from botocore import exceptions as boto

        try:
            return getattr(client, method)(**request)
        except boto.ClientError as error:
            raise self._answered(method, error) from None
        except (
            boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError, boto.SSOError,
            boto.TokenRetrievalError,
        ) as error:  # fmt: skip
            raise self._no_credentials(error) from None
        except boto.ParamValidationError as error:
            raise Refused(method, "ParamValidation", " ".join(str(error).split())) from None
        except (boto.EndpointConnectionError, boto.ConnectTimeoutError, boto.ProxyConnectionError) as error:
            raise Fault(str(error), is_known=True) from None
        except boto.BotoCoreError as error:
            raise Fault(str(error), is_known=False) from None

    def _answered(self, method: str, error: Any) -> Exception:
        """What an answer that is an error means."""
        told = error.response.get("Error", {})
        code, text = str(told.get("Code", "")), str(told.get("Message", "")) or str(error)
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in THROTTLED or status == 429:
            return Fault(f"{code or status}: {text}", is_known=True, is_throttling=True)
        if status >= 500:
            return Fault(f"{code or status}: {text}", is_known=False)
        if code in UNKNOWN_CALLER:
            return self._no_credentials(text)
        if code in DENIED:
            return RunError("aws-denied", action=action_of(method), reason=text)
        return Refused(action_of(method), code, text)

    def _no_credentials(self, reason: object) -> UsageError:
        return UsageError("aws-no-credentials", name=self.name, reason=str(reason).rstrip("."))


def action_of(method: str) -> str:
    """How AWS writes the name of a method of boto3: SubmitJob."""
    return "".join(part.capitalize() for part in method.split("_"))


def as_error(problem: Fault | Refused) -> RedunError:
    """What the user is told of it."""
    if isinstance(problem, Fault):
        return Unreached("aws-unreachable", reason=str(problem))
    return RunError("aws-refused", action=problem.action, reason=problem.text)
