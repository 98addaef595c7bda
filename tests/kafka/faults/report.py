"""build/reports/faults.json and the table on standard output. A row replaces the one of the same name."""
import json
import os
import platform
import subprocess

import broker as broker_module

PATH = os.path.join(broker_module.ROOT, "build", "reports", "faults.json")
COLUMNS = (("row", "name", 32), ("events", "events", 10), ("faults", "faults", 7), ("lost", "lost", 6),
           ("dup.", "duplicated", 7), ("ab. visible", "aborted_visible", 12), ("aborted", "aborted_records", 9),
           ("parked", "parked_innocent", 7), ("recovery s", "recovery_s_median", 11),
           ("takeover s", "takeover_s_median", 11), ("s", "seconds", 8), ("holds", "holds", 6))


def machine():
    with open("/proc/meminfo", encoding="ascii") as file:
        kilobytes = int(file.readline().split()[1])
    return {"cores": len(os.sched_getaffinity(0)), "memory_gib": round(kilobytes / 2 ** 20, 1),
            "system": platform.platform()}


def versions(kafka_version):
    java = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr.split("\n")[0]
    librdkafka = subprocess.run(["pkg-config", "--modversion", "rdkafka"], capture_output=True, text=True,
                                check=True).stdout.strip()
    return {"kafka": kafka_version, "java": java, "librdkafka": librdkafka, "python": platform.python_version()}


def write(row, kafka_version):
    report = {"rows": []}
    if os.path.exists(PATH):
        with open(PATH, encoding="utf-8") as file:
            report = json.load(file)
    report["machine"] = machine()
    report["versions"] = versions(kafka_version)
    report["rows"] = [other for other in report["rows"] if other["name"] != row["name"]] + [row]
    os.makedirs(os.path.dirname(PATH), exist_ok=True)
    with open(PATH + ".new", "w", encoding="utf-8") as file:
        json.dump(report, file, indent=1)
        file.write("\n")
    os.replace(PATH + ".new", PATH)


def table(rows):
    lines = ["".join(f"{title:<{width}}" if key == "name" else f"{title:>{width}}" for title, key, width in COLUMNS)]
    for row in rows:
        lines.append("".join(cell(row.get(key, ""), key, width) for _, key, width in COLUMNS))
    return "\n".join(lines)


def cell(value, key, width):
    if isinstance(value, bool):
        value = "yes" if value else "NO"
    return f"{value:<{width}}" if key == "name" else f"{value:>{width}}"
