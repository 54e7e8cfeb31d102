# What a Jaeger collector takes at POST /api/traces: one bare Batch in Thrift's binary protocol.
# Field numbers and types are the interface of Jaeger's collector; the words are ours.
# A 128-bit trace id is two numbers: bytes 0-7 big-endian are traceIdHigh, bytes 8-15 traceIdLow.

namespace cpp jaegertracing.thrift
namespace py jaeger_thrift

# Decides which one of a tag's values is set.
enum TagType { STRING = 0, DOUBLE = 1, BOOL = 2, LONG = 3, BINARY = 4 }

struct Tag {
  1: required string key
  2: required TagType vType
  3: optional string vStr
  4: optional double vDouble
  5: optional bool vBool
  6: optional i64 vLong
  7: optional binary vBinary
}

struct Log {
  1: required i64 timestamp        # µs since 1970
  2: required list<Tag> fields
}

enum SpanRefType { CHILD_OF = 0, FOLLOWS_FROM = 1 }

struct SpanRef {
  1: required SpanRefType refType
  2: required i64 traceIdLow
  3: required i64 traceIdHigh
  4: required i64 spanId
}

struct Span {
  1: required i64 traceIdLow
  2: required i64 traceIdHigh
  3: required i64 spanId
  4: required i64 parentSpanId     # 0: none
  5: required string operationName
  6: optional list<SpanRef> references
  7: required i32 flags            # 1: sampled
  8: required i64 startTime        # µs since 1970
  9: required i64 duration         # µs
  10: optional list<Tag> tags
  11: optional list<Log> logs
}

# Where spans come from: in Jaeger the service and its resource attributes.
struct Process {
  1: required string serviceName
  2: optional list<Tag> tags
}

struct ClientStats {
  1: required i64 fullQueueDroppedSpans
  2: required i64 tooLargeDroppedSpans
  3: required i64 failedToEmitSpans
}

struct Batch {
  1: required Process process
  2: required list<Span> spans
  3: optional i64 seqNo
  4: optional ClientStats stats
}

# The service of jaeger-agent, for old clients.
service Agent {
  oneway void emitBatch(1: Batch batch)
}
