#!/usr/bin/env bash
# Make the topics that are missing, and fail if one is not what the platform needs. Partitions are
# never added: events of a stream would go on in another one.
#   topics.sh HOST:PORT PARTITIONS REPLICAS MIN_INSYNC [client.properties]   topics on standard input
set -euo pipefail
server=$1 partitions=$2 replicas=$3 insync=$4
kafka=("$(command -v kafka-topics.sh || echo /opt/kafka/bin/kafka-topics.sh)" --bootstrap-server "$server")
[ -z "${5:-}" ] || kafka+=(--command-config "$5")
failed=0
while read -r topic; do
  [ -n "$topic" ] || continue
  "${kafka[@]}" --create --if-not-exists --topic "$topic" --partitions "$partitions" \
    --replication-factor "$replicas" --config retention.ms=-1 --config retention.bytes=-1 \
    --config cleanup.policy=delete --config "min.insync.replicas=$insync" </dev/null
  found=$("${kafka[@]}" --describe --topic "$topic" </dev/null)
  case $found in
    *"PartitionCount: $partitions"[!0-9]*retention.ms=-1*) echo "$topic: ok" ;;
    *) echo "$topic is not as it must be: $found" >&2; failed=1 ;;
  esac
done
exit "$failed"
