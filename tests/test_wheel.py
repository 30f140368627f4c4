"""What ships: the wheel has the mappings and the templates, no tests, and works from any directory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from catalens.formats import registry

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--no-index", "--target", str(folder), str(wheel))
    return folder


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def run(installed: Path, directory: Path, code: str) -> str:
    """Run Python in a directory, with the installed package before this environment's libraries."""
    libraries = sysconfig.get_paths()["purelib"]
    search = os.pathsep.join([str(installed), libraries])
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=directory, env={**os.environ, "PYTHONPATH": search}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_mapping_is_inside(wheel: Path) -> None:
    for format in registry().names():
        assert f"catalens/mappings/{format}.yaml" in names(wheel)


def test_every_module_and_template_is_inside(wheel: Path) -> None:
    package = ROOT / "src"
    for path in package.rglob("*"):
        if path.suffix in (".py", ".txt", ".md", ".html", ".typed"):
            assert path.relative_to(package).as_posix() in names(wheel)


def test_types_for_users_and_the_schema_of_mappings_are_inside(wheel: Path) -> None:
    assert {"catalens/py.typed", "catalens/mappings/mapping.schema.json"} <= set(names(wheel))


def test_nothing_else_is_inside(wheel: Path) -> None:
    roots = {name.partition("/")[0] for name in names(wheel)}
    assert roots == {"catalens", next(root for root in roots if root.endswith(".dist-info"))}
    kinds = {name.rpartition(".")[2] for name in names(wheel) if name.startswith("catalens/")}
    assert kinds <= {"py", "yaml", "txt", "md", "html", "typed", "json"}
    assert not any("test" in Path(name).name.lower() for name in names(wheel))


def test_it_translates_from_any_directory(installed: Path, tmp_path: Path) -> None:
    code = (
        "import catalens, json\n"
        "t = catalens.translate({'name': 'Shirt', 'price': 12.5}, 'axim', 'commerce-engine')\n"
        "print(json.dumps([catalens.__file__, t.payload, t.report.lossless]))"
    )
    file, payload, lossless = json.loads(run(installed, tmp_path, code))
    assert Path(file).is_relative_to(installed)
    assert payload == {"name": "Shirt", "pricing": [{"listing_price": 12.5}]}
    assert lossless is True


def test_its_mappings_are_its_own(installed: Path, tmp_path: Path) -> None:
    code = (
        "from catalens.formats import bundled_mappings, registry\n"
        "print(bundled_mappings())\n"
        "print(*registry().names())"
    )
    folder, listed = run(installed, tmp_path, code).splitlines()
    assert Path(folder).is_relative_to(installed)
    assert listed.split() == registry().names()


def test_its_command_works_from_any_directory(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "shirt.json").write_text('{"name": "Shirt", "taxcode": "T1"}', "utf-8")
    code = (
        "import sys; from catalens.cli import main\n"
        "main(['translate', 'shirt.json', '--from', 'axim', '--to', 'keevault', '--report', 'report.html',\n"
        "      '--report-format', 'html', '-o', 'out.json'], standalone_mode=False)"
    )
    run(installed, tmp_path, code)
    assert json.loads((tmp_path / "out.json").read_text("utf-8")) == {"name": "Shirt"}
    assert "dropped.no_counterpart" in (tmp_path / "report.html").read_text("utf-8")


def test_all_that_tell_its_version_agree(wheel: Path, installed: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from importlib import metadata; import catalens; from catalens.cli import main\n"
        "print(catalens.__version__, metadata.version('catalens'))\n"
        "main(['--version'], standalone_mode=False)"
    )
    library, command = run(installed, tmp_path, code).splitlines()
    version = wheel.name.split("-")[1]
    assert library.split() == [version, version]
    assert command == f"catalens, version {version}"


def test_it_offers_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (points,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "catalens = catalens.cli:main" in archive.read(points).decode()
