#!/bin/sh
# Managed by ha-provision for the cluster demo: changes made here are overwritten.
# Does haproxy answer?
exec timeout 1 wget -q -O /dev/null http://127.0.0.1:61999/healthz 2>/dev/null
