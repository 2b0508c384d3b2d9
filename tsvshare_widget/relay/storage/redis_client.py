"""Reaching a Redis or Valkey: its addresses, what it must be able to do, and its errors.

The library is in the extra ``cluster`` and is imported only by who asks for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from tsvshare_widget.errors import BadValue, EngineDown, TSVShareError, Unavailable

from .own_time import others_take
from .redis_keys import TRIAL

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger(__name__)

ANSWER_SECONDS = 0.8
"""So long an answer may take, all in all: what is refused is refused within a second."""

START_SECONDS = 10.0
"""The same while a relay starts, when nobody waits for a page."""

CONNECTIONS = 32
"""Connections to Redis of one relay, at most."""

SENTINEL_PORT = 26379

SCHEMES = ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel")

AWAY = "what keeps the tables of this relay in step (Redis) does not answer"

EXAMPLES = (
    "redis://HOST:6379/0, rediss:// with TLS, unix:///SOCKET, or "
    "redis+sentinel://HOST:26379,HOST:26379/NAME/0"
)


def connect(url: str) -> Redis:
    """A client for what is at ``url``; nothing is asked yet.

    Raises :class:`BadValue` for what is no such address or has a setting that is not known, and
    :class:`Unavailable` if the library is missing.
    """
    try:
        from redis.asyncio import BlockingConnectionPool, Redis
    except ImportError as error:
        raise Unavailable(
            "for --redis the library redis is needed: pip install 'tsvshare-widget[cluster]'"
        ) from error
    parts = _split(url)
    try:
        if parts.scheme.endswith("+sentinel"):
            return _by_sentinels(parts)
        options = _options()
        if parts.scheme == "unix":
            del options["socket_keepalive"]
        pool = BlockingConnectionPool.from_url(url, max_connections=CONNECTIONS, **options)
        return Redis.from_pool(pool)
    except (TypeError, ValueError) as error:
        raise BadValue(f"{shown(url)} cannot be used: {error}") from error


async def hang_up(client: Redis) -> None:
    """End all connections of a client, those to sentinels too."""
    sentinel = getattr(client.connection_pool, "sentinel_manager", None)
    for each in [client, *(sentinel.sentinels if sentinel is not None else ())]:
        await each.aclose()


def shown(url: str) -> str:
    """An address without its password and its settings."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_known = parts.scheme in SCHEMES and bool(parts.netloc or parts.path)
    except ValueError:
        is_known = False
    if not is_known:
        raise BadValue(f"this is not the address of a Redis: write {EXAMPLES}")
    return parts


def _options() -> dict[str, Any]:
    """How all connections behave: whatever fails is told at once, and we try again ourselves."""
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    return {
        "retry": Retry(NoBackoff(), 0),
        "socket_connect_timeout": START_SECONDS,
        "socket_timeout": None,  # every answer has its time from whoever waits for it
        "socket_keepalive": True,
        "protocol": 2,
    }


def _by_sentinels(parts: SplitResult) -> Redis:
    """A client of the main server that the sentinels name, whichever that is by now."""
    from redis.asyncio.connection import parse_url
    from redis.asyncio.sentinel import Sentinel

    user, _, hosts = parts.netloc.rpartition("@")
    name, _, db = parts.path.strip("/").partition("/")
    if not hosts or not name:
        raise ValueError("after the sentinels comes the name of what they watch: .../NAME/0")
    words = dict(parse_qsl(parts.query))
    own = {key: words.pop(f"sentinel_{key}", None) for key in ("username", "password")}
    scheme = parts.scheme.removesuffix("+sentinel")
    plain = f"{scheme}://{user}@host/{db}" if user else f"{scheme}://host/{db}"
    said: dict[str, Any] = dict(parse_url(f"{plain}?{urlencode(words)}"))
    said.pop("host")
    is_secure = said.pop("connection_class", None) is not None
    said["ssl"] = is_secure
    of_tls = {key: value for key, value in said.items() if key.startswith("ssl")}
    options = _options()
    options_of_sentinels = options | of_tls | {key: value for key, value in own.items() if value}
    options_of_sentinels["socket_timeout"] = ANSWER_SECONDS / 2  # then the next one is asked
    options_of_sentinels["socket_connect_timeout"] = ANSWER_SECONDS / 2
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        [_host_and_port(each) for each in hosts.split(",")],
        sentinel_kwargs=options_of_sentinels,
        **(options | said),
    )
    client: Redis = sentinel.master_for(name)
    return client


def _host_and_port(text: str) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError(f"{text!r} is no sentinel")
    return unquote(parts.hostname), parts.port or SENTINEL_PORT


def away() -> EngineDown:
    """The error that people see where Redis does not answer."""
    return EngineDown(f"{AWAY}, so nothing can be changed just now; try again soon")


@asynccontextmanager
async def answering(seconds: float) -> AsyncIterator[None]:
    """Raise :class:`EngineDown` for whatever Redis fails to do within the block, or in time."""
    from redis.exceptions import RedisError

    try:
        async with others_take(seconds):
            yield
    except TimeoutError as error:
        raise away() from error
    except (RedisError, OSError) as error:
        log.info("Redis: %s", error)
        if _is_away(error):
            raise away() from error
        raise EngineDown(
            f"what keeps the tables of this relay in step (Redis) refuses: {error}"
        ) from error


def _is_away(error: Exception) -> bool:
    from redis.exceptions import ConnectionError as Gone

    return isinstance(error, Gone | OSError)


async def check(client: Redis, url: str) -> None:
    """Make sure that documents can be kept there, and are not dropped.

    Raises :class:`Unavailable` with what is wrong, in one sentence.
    """
    from redis import exceptions as failed

    where = shown(url)
    try:
        async with asyncio.timeout(START_SECONDS):
            if await _is_one_of_many(client):
                raise _cannot(where, ONE_OF_MANY)
            await client.set(TRIAL, b"", px=1000)
            memory = await client.info("memory")
    except (failed.AuthenticationError, failed.AuthorizationError) as error:
        raise _cannot(where, f"does not take this password or user ({error})") from error
    except failed.NoPermissionError as error:
        raise _cannot(where, f"does not let this user do what is needed ({error})") from error
    except failed.ReadOnlyError as error:
        raise _cannot(where, "is a replica, which takes no changes: name the main one") from error
    except failed.InvalidResponse as error:
        raise _cannot(where, "answers, but it is not a Redis") from error
    except TimeoutError as error:
        raise _cannot(where, f"does not answer within {START_SECONDS:.0f} s") from error
    except failed.ResponseError as error:
        # An older one says of a missing password that it is an error like any other.
        word = "wants a password" if "NOAUTH" in str(error) else "cannot be used"
        raise _cannot(where, f"{word} ({error})") from error
    except (failed.RedisError, OSError) as error:
        raise _cannot(where, f"does not answer as a Redis ({error})") from error
    _refuse_eviction(where, memory)


ONE_OF_MANY = (
    "is one of several servers of a Redis Cluster, each of which has some of the keys: name a "
    "Redis that has all of them, with Sentinel if another one is to take over"
)


async def _is_one_of_many(client: Redis) -> bool:
    if not (await client.info("cluster")).get("cluster_enabled"):
        return False
    slots = await client.execute_command("CLUSTER", "SLOTS")  # type: ignore[no-untyped-call]
    return len({bytes(each[2][2]) for each in slots}) > 1


def _cannot(where: str, why: str) -> TSVShareError:
    return Unavailable(f"{where} {why}")


def _refuse_eviction(where: str, memory: dict[str, Any]) -> None:
    policy = str(memory.get("maxmemory_policy", ""))
    if policy.startswith("allkeys") and memory.get("maxmemory"):
        raise _cannot(
            where,
            f"drops keys when its memory is full (maxmemory-policy {policy}), so documents would "
            "be lost; set maxmemory-policy noeviction",
        )
