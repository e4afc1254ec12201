"""What a program of analysts finds in the database that the PG* variables name, and whether it may read each relation: a JSON object."""
import json
import os
import subprocess
import sys


def by_sqlalchemy():
    from sqlalchemy import MetaData, Table, create_engine, inspect, select

    engine = create_engine("postgresql+psycopg2://")
    catalogue = inspect(engine)

    def read(name):
        with engine.connect() as connection:
            connection.execute(select(Table(name, MetaData(), autoload_with=engine)).limit(1)).fetchall()

    return catalogue.get_table_names() + catalogue.get_view_names(), read


def by_odbc():
    import pyodbc

    words = {"Driver": "PostgreSQL Unicode", "Server": "PGHOST", "Port": "PGPORT", "Database": "PGDATABASE", "UID": "PGUSER", "PWD": "PGPASSWORD"}
    connection = pyodbc.connect(";".join(f"{key}={os.environ.get(value, value)}" for key, value in words.items()), autocommit=True)
    return [table.table_name for table in connection.cursor().tables(schema="wechat")], lambda name: connection.cursor().execute(f"select * from {name} limit 1").fetchall()


def by_psql():
    def ask(command):
        return subprocess.run(["psql", "--no-psqlrc", "-AtX", "-v", "ON_ERROR_STOP=1", "-c", command], check=True, capture_output=True, text=True).stdout

    return [line.split("|")[1] for line in ask("\\dtvm").splitlines()], lambda name: ask(f"select * from {name} limit 1")


found, read = {"SQLAlchemy": by_sqlalchemy, "ODBC": by_odbc, "psql": by_psql}[sys.argv[1]]()
readable = {}
for name in found:
    try:
        read(name)
        readable[name] = True
    except Exception as error:  # each program has its own
        if "permission denied" not in str(error) + str(getattr(error, "stderr", "")):
            raise
        readable[name] = False
print(json.dumps(readable))
