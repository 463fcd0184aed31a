#!/bin/bash
# Managed by ha-provision for the cluster stacked: changes made here are overwritten.
# Is the port open? The connection is closed at once.
exec 3<>/dev/tcp/127.0.0.1/9443 || exit 1
