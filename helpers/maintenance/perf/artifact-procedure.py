"""The artifact's way from a boot log to statistics, rebuilt from its description (docs/syscalls.md): the whole file in
memory, lists of floating seconds, the exact statistics of Python's standard library. Prints to standard output."""

import statistics
import sys

COLUMNS = [
    ("tls_parsing", 0),
    ("tls_lookup", 1),
    ("event_construction", 2),
    ("local_guard", 4),
    ("global_ctr", 3),
    ("tot_syscall", 6),
]


def seconds(text):
    if text.endswith("µs"):
        return float(text[:-2]) / 1e6
    if text.endswith("ms"):
        return float(text[:-2]) / 1e3
    return float(text[:-2])


def durations(line, tag):
    return [seconds(text) for text in line.split(tag)[1].strip().split(":")]


def show(name, values):
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    least, most, mean = min(values), max(values), statistics.fmean(values)
    print("%s Min: %f, Max: %f, Mean: %f, Stdev: %f" % (name, least, most, mean, deviation))


with open(sys.argv[1], encoding="utf-8") as log:
    lines = log.readlines()

calls = {"GETEValidateSendMsgMeasure": [], "GETEValidateWriteMeasure": []}
encrypted = []
for line in lines:
    for tag, rows in calls.items():
        if tag in line:
            row = durations(line, "[" + tag + "]")
            print(row)
            rows.append(row)
    if "AES_GCM_encrypt_measure" in line:
        encrypted += durations(line, "[AES_GCM_encrypt_measure]")

for title, rows in zip(("SendMsg Stats:", "Write Stats:"), calls.values()):
    if rows:
        print(title)
        for name, index in COLUMNS:
            show(name, [row[index] for row in rows])
    print("------")
if encrypted:
    print("AES_GCM_ENC Stats")
    show("aes_gcm_encrypt", encrypted)
