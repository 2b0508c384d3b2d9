"""``tsvshare serve``: a relay that others can share tables on."""

from __future__ import annotations

import argparse
import asyncio
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from tsvshare_widget.client.trust import first_certificate
from tsvshare_widget.errors import BadValue
from tsvshare_widget.relay.own_process import End
from tsvshare_widget.relay.queries.dask_check import check_dask
from tsvshare_widget.relay.settings import EVERYBODY, default_workers, placed
from tsvshare_widget.relay.settings import Settings as RelaySettings

from .admin_file import Way, new_token, way_in
from .hosting import Listening, local_url, reachable_urls, running_relay, tls_files
from .machine import examine
from .report import DONE, FAILED

if TYPE_CHECKING:
    from tsvshare_widget.relay.listening import TlsFiles
    from tsvshare_widget.relay.server import Guard


def serve(args: argparse.Namespace) -> int:
    """Run a relay until a signal ends it."""
    _check_together(args)
    guard = _take_from_hub(args) if args.jupyterhub else None
    settings = placed(_settings(args))
    if args.check:
        return _check(settings, args)
    return asyncio.run(_serve(settings, args, guard))


def _check_together(args: argparse.Namespace) -> None:
    """Raise :class:`BadValue` for options that do not go together."""
    if args.processes and args.jupyterhub:
        raise BadValue("--processes does not go with --jupyterhub: there one process does all")
    if args.processes and args.redis:
        raise BadValue("--processes does not go with --redis: start more relays instead")
    if args.redis and not args.data_dir and not args.store:
        from tsvshare_widget.relay.cluster.cluster import NO_TABLES

        raise BadValue(NO_TABLES)
    for name in ("peers", "advertise"):
        if getattr(args, name) and not args.redis:
            raise BadValue(
                f"--{name} goes with --redis: it is where other relays on it reach this one"
            )
    if args.allow_links and not args.jupyterhub:
        raise BadValue("--allow-links goes with --jupyterhub; every other relay lets links in")
    if (args.create == "token") != (args.create_token is not None):
        raise BadValue("--create token and --create-token FILE go together")
    if args.store is not None and args.data_dir is None and not args.redis:
        raise BadValue(
            "--store goes with --data-dir: tables alone are no use to a relay that has forgotten "
            "its documents"
        )


def _settings(args: argparse.Namespace) -> RelaySettings:
    return RelaySettings(
        create=args.create,
        create_token=args.create_token or "",
        admin_token=_admin_token(args),
        max_viewers=args.max_viewers,
        max_uploads=args.max_uploads,
        joins_per_second=args.max_joins,
        requests_per_second=args.max_requests,
        changes_per_second=args.max_changes,
        data_dir=args.data_dir,
        redis=args.redis,
        peers=args.peers or "",
        advertised=args.advertise or "",
        max_upload=args.max_upload,
        store=args.store,
        store_cache_bytes=args.store_cache,
        idle_seconds=args.idle_hours * 3600,
        keep_seconds=args.max_keep,
        may_move=args.allow_moves,
        fetch_from=tuple(args.fetch_from),
        fetch_seconds=args.fetch_seconds,
        undo_seconds=args.undo_minutes * 60,
        undo_tables=args.undo_tables,
        undo_bytes=args.undo_size,
        max_documents=args.max_documents,
        disk_reserve=args.disk_reserve / 100,
        base_path=args.base_path,
        public_url=args.public_url,
        allowed_hosts=tuple(args.allowed_host),
        embedding_origins=tuple(args.allow_embedding),
        trusted_proxies=EVERYBODY if args.jupyterhub else tuple(args.trust_proxy),
        workers=args.workers or default_workers(),
        query_memory=args.query_memory,
        query_seconds=args.query_seconds,
        dask=args.dask,
        dask_from=args.dask_from,
        view_cache_bytes=args.view_cache,
    )


def _check(settings: RelaySettings, args: argparse.Namespace) -> int:
    findings = []
    asked = (settings, args.host, args.port, lambda: tls_files(args), args.processes)
    for finding in examine(*asked):
        print(finding, flush=True)
        findings.append(finding)
    return DONE if all(finding.advice is None for finding in findings) else FAILED


def _take_from_hub(args: argparse.Namespace) -> Guard:
    """Have ``args`` be what a JupyterHub says to its service, and let its users in alone."""
    from tsvshare_widget.jupyter.hub_service import HubGate, SaidByHub, cookie_secret
    from tsvshare_widget.relay.server import Guard

    said = SaidByHub.read(public_url=args.public_url)
    args.base_path, args.public_url = said.root, said.public_url
    args.host, args.port = said.host or args.host, said.port or args.port
    secret = cookie_secret(args.data_dir)
    return Guard(
        gate=lambda relay: HubGate(relay, said.root, secret, allow_links=args.allow_links),
        root_for=said.root_for,
    )


async def _serve(settings: RelaySettings, args: argparse.Namespace, guard: Guard | None) -> int:
    host = args.host
    tls = tls_files(args)
    if settings.dask is not None:
        asked = (settings.dask, settings.data_dir, settings.store)
        await asyncio.to_thread(check_dask, *asked)
    running: AbstractAsyncContextManager[tuple[Listening, End]]
    if args.processes:
        from tsvshare_widget.relay.processes.supervisor import running_processes

        running = running_processes(settings, host, args.port, tls, args.processes)
    else:
        running = running_relay(settings, host, args.port, tls, guard)
    async with running as (relay, end):
        with _way_in(settings, relay.url, tls, guard):
            print(f"listening on {host} port {relay.port}")
            words = "landing page"
            for url in await asyncio.to_thread(_addresses, relay.url, settings.public_url):
                print(f"{words:<12}  {url}/", flush=True)
                words = "or by"
            code = await end.wait()
    return code


def _admin_token(args: argparse.Namespace) -> str:
    """The token that is said, else a new one for who may read the data folder."""
    said: str | None = args.admin_token
    is_alone = args.data_dir and not args.jupyterhub and not args.redis
    return said or (new_token() if is_alone else "")


def _way_in(
    settings: RelaySettings, url: str, tls: TlsFiles | None, guard: Guard | None
) -> AbstractContextManager[None]:
    """Say in the data folder how the relay is administered, if it is alone on it."""
    if settings.data_dir is None or settings.redis is not None or guard is not None:
        return nullcontext()
    certificate = first_certificate(tls.cert.read_text("utf-8")) if tls else None
    way = Way(url=local_url(url), token=settings.admin_token, certificate=certificate)
    return way_in(settings.data_dir, way)


def _addresses(url: str, public_url: str | None) -> list[str]:
    return [public_url] if public_url else reachable_urls(url)
