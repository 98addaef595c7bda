"""Apache Kafka's jars, fetched once from Maven Central into the user's cache folder.

Not here: starting anything (broker.py).
"""
import os
import shutil
import subprocess
import sys
import tempfile

KAFKA_VERSION = "3.9.2"


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "aslx")


def fetch(version=KAFKA_VERSION):
    """The folder with the jars of this version. A folder that is there is complete: it is renamed into place."""
    folder = os.path.join(cache_folder(), f"kafka-{version}")
    if os.path.isdir(folder):
        return folder
    print(f"kafka: fetching Apache Kafka {version} from Maven Central into {folder}", file=sys.stderr)
    os.makedirs(cache_folder(), exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_folder()) as scratch:
        pom = os.path.join(scratch, "pom.xml")
        shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "pom.xml"), pom)
        jars = os.path.join(scratch, "jars")
        subprocess.run(
            ["mvn", "-q", "-B", "-f", pom, f"-Dkafka.version={version}",
             f"-Dmaven.repo.local={os.path.join(scratch, 'repository')}",
             "dependency:copy-dependencies", f"-DoutputDirectory={jars}"],
            env={**os.environ, "MAVEN_OPTS": f"-XX:-UsePerfData -Djava.io.tmpdir={scratch} -Duser.home={scratch}"},
            check=True, stdout=sys.stderr, stdin=subprocess.DEVNULL, timeout=900)
        if not any(name.startswith("kafka_") for name in os.listdir(jars)):
            raise RuntimeError(f"Maven ended well, yet there is no kafka jar among {os.listdir(jars)}")
        try:
            os.rename(jars, folder)
        except OSError:
            if not os.path.isdir(folder):  # another run was quicker
                raise
    return folder
