#!/bin/bash
# Managed by ha-provision for the cluster demo: changes made here are overwritten.
# Is the port open? The connection is closed at once.
exec 3<>/dev/tcp/192.0.2.12/7443 || exit 1
