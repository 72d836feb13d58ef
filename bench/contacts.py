"""Address books of many people: what it costs to import them, to import them again, and to use the file afterwards.

python -m bench.contacts [--people 30000]

Each command runs as a whole process, imports and all. Beside it stands the least that any program could do with the
same file: read its rows and write two tables of them, in one transaction. The ratio is ours to that, in the same run.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIRST = ("Julie", "Paul", "Zoé", "Émile", "Nkechi", "Tomás", "Priya", "Walter")
LAST = ("Martin", "Roux", "Okafor", "Müller", "D’Arcy", "Lefèvre", "Desai", "Nowak")
TARGET = 10.0


def name(number: int) -> tuple[str, str]:
    """A name that nobody else in the file has."""
    return FIRST[number % len(FIRST)], f"{LAST[number // len(FIRST) % len(LAST)]}-{number:05}"


def linkedin(people: int) -> bytes:
    """Connections.csv, with its preamble."""
    written = io.StringIO()
    written.write('Notes:\n"When exporting your connection data, some addresses may be missing."\n\n')
    rows = csv.writer(written)
    rows.writerow(["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"])
    for number in range(people):
        first, last = name(number)
        mail = f"p{number}@courrier.example" if number % 4 == 0 else ""
        page = f"https://www.linkedin.com/in/p-{number}"
        rows.writerow([first, last, page, mail, f"Atelier {number % 900}", "Gérante", "08 Feb 2026"])
    return written.getvalue().encode()


def vcards(people: int) -> bytes:
    """The same people as an address book, with a mailbox and a telephone each."""
    cards = []
    for number in range(people):
        first, last = name(number)
        cards.append(
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{first} {last}\r\nN:{last};{first};;;\r\nORG:Atelier {number % 900}\r\n"
            f"EMAIL;TYPE=HOME:p{number}@courrier.example\r\nTEL;TYPE=CELL:+33 6 {number:08}\r\n"
            f"URL:https://p{number}.example/\r\nCATEGORIES:jardin,fediverse\r\nEND:VCARD\r\n"
        )
    return "".join(cards).encode()


def baseline(content: bytes, folder: Path) -> float:
    """Seconds for the least that any program does: a process that reads the rows and writes two tables."""
    source = folder / "rows.csv"
    source.write_bytes(content)
    script = (
        "import csv,sqlite3,sys\n"
        "d=sqlite3.connect(sys.argv[2]);d.execute('create table people(id integer primary key,name text,company text)')\n"
        "d.execute('create table addresses(id integer primary key,person int,address text)')\n"
        "rows=list(csv.reader(open(sys.argv[1],encoding='utf-8')))[4:]\n"
        "d.executemany('insert into people(name,company) values(?,?)',[(r[0]+' '+r[1],r[4]) for r in rows])\n"
        "places=[(i,a) for i,r in enumerate(rows,1) for a in r[2:4] if a]\n"
        "d.executemany('insert into addresses(person,address) values(?,?)',places)\n"
        "d.commit()\n"
    )
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", script, str(source), str(folder / "least.db")], check=True)
    return time.perf_counter() - began


def run(home: Path, *arguments: str) -> float:
    """Seconds for one command as a process."""
    environ = {**os.environ, "NOUVELLES_HOME": str(home), "LANGUAGE": "en"}
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "engage.cli", *arguments], env=environ, stdout=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - began


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=30_000)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory(prefix="nouvelles-bench-") as folder:
        base, home = Path(folder), Path(folder, "home")
        rows, cards = base / "Connections.csv", base / "book.vcf"
        rows.write_bytes(linkedin(people))
        cards.write_bytes(vcards(people))
        least = baseline(rows.read_bytes(), base)
        steps = [
            ("import LinkedIn, an empty file", ("import", str(rows), "--yes")),
            ("import it again", ("import", str(rows), "--yes")),
            ("import the same people as vCards", ("import", str(cards), "--yes")),
            ("people", ("people",)),
            ("person, by a part of the name", ("person", f"{name(people // 2)[1]}")),
            ("today", ("today",)),
            ("export as JSON", ("export", "-o", str(base / "all.json"))),
        ]
        print(f"{people} people; the least any program does: {least:.2f} s")
        print(f"{'':36}{'seconds':>9}{'ratio':>9}")
        for label, arguments in steps:
            taken = run(home, *arguments)
            print(f"{label:36}{taken:9.2f}{taken / least:9.1f}")
        count = sqlite3.connect(home / "nouvelles.db").execute("select count(*) from people").fetchone()[0]
        print(f"in the file: {count} people; target for an import: {TARGET:.0f} s")


if __name__ == "__main__":
    main()
