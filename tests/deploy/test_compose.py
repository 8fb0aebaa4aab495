"""docker-compose.yml, as Compose itself reads it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy import SERVICES, dotenv

PROJECT = Path(__file__).parents[2]
JOBS = {"stores", "migrate", "administrator", "users", "topology", "certificate"}
SERVERS = {"postgres", "rabbitmq", "redis", "proxy"}


def _config(*arguments: str) -> subprocess.CompletedProcess[str]:
    compose = Path(sys.executable).with_name("docker-compose")
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    command = [compose, "--project-directory", PROJECT, *arguments, "config", "--format", "json"]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    secrets = tmp_path_factory.mktemp("compose") / "env"
    lines = [f"{name}=secret-of-{name.lower()}" for name in ("PLATFORM_ADMIN_PHONE", *dotenv.names())]
    secrets.write_text("\n".join(lines))
    done = _config("--env-file", str(secrets))
    assert done.returncode == 0, done.stderr
    assert "not set" not in done.stderr, "docker-compose.yml needs a secret that deploy.dotenv does not generate"
    services: dict[str, Any] = json.loads(done.stdout)["services"]
    return services


def test_compose_fails_without_its_secrets_and_names_the_command_that_generates_them() -> None:
    done = _config("--env-file", os.devnull)
    assert done.returncode != 0
    assert "python3 -m deploy.dotenv PHONE > .env" in done.stderr


def test_every_process_of_the_platform_is_a_service(services: dict[str, Any]) -> None:
    assert set(services) == {*SERVICES, "relay", "webhooks", "gateway", "sweeper"} | JOBS | SERVERS


def test_long_running_services_have_a_health_check_and_restart_and_jobs_do_not(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert ("healthcheck" in service) == (name not in JOBS), name
        assert service["restart"] == ("no" if name in JOBS else "unless-stopped"), name


def test_every_service_can_be_scaled(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert "container_name" not in service, name
        assert bool(service.get("ports")) == (name == "proxy"), name


def test_services_start_after_migrations_and_topology(services: dict[str, Any]) -> None:
    for name in (*SERVICES, "relay", "webhooks", "gateway", "sweeper"):
        needed = {needed: how["condition"] for needed, how in services[name]["depends_on"].items()}
        assert needed["migrate"] == needed["topology"] == "service_completed_successfully", name
        assert needed["postgres"] == needed["rabbitmq"] == "service_healthy", name


def test_each_service_has_its_own_broker_user_and_only_its_own_database(services: dict[str, Any]) -> None:
    for name in SERVICES:
        environment = services[name]["environment"]
        stores = [key for key in environment if key.endswith("_DATABASE_URI")]
        assert stores == [f"{name.upper()}_DATABASE_URI"]
        assert environment["AMQP_URI"].startswith(f"amqp://{name}:secret-of-{name}_broker_password@")


def test_what_runs_our_images_has_no_capabilities_and_writes_to_tmp_and_volumes_only(services: dict[str, Any]) -> None:
    for name, service in services.items():
        if service["image"].startswith("shanzhi/"):
            assert service["read_only"], name
            assert service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name
            assert service["tmpfs"] == ["/tmp"], name


def test_images_of_others_are_pinned_by_digest(services: dict[str, Any]) -> None:
    images = {service["image"] for service in services.values() if not service["image"].startswith("shanzhi/")}
    dockerfile = (PROJECT / "deploy" / "Dockerfile").read_text()
    images |= set(re.findall(r"^FROM (\S+:\S+)", dockerfile, re.MULTILINE))

    assert len(images) >= 3
    for image in images:
        assert re.fullmatch(r"[a-z./]+:[\w.-]+@sha256:[0-9a-f]{64}", image), image


def test_gateways_count_attempts_together_and_trust_the_proxies_that_the_operator_names(
    services: dict[str, Any],
) -> None:
    environment = services["gateway"]["environment"]
    assert environment["RATELIMIT_STORAGE_URI"].startswith("redis://redis")
    assert environment["TRUSTED_PROXIES"] == "1"  # the proxy of this file
