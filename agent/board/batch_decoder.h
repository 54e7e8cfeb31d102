// Reads the body of a POST to a Jaeger collector: one bare Batch of proto/jaeger.thrift in Thrift's binary protocol.
// Pure; called by the board's only thread. Bounds: spans are read one at a time, and a list or a string may announce
// no more elements or bytes than the rest of the body can hold, so what is allocated is a small multiple of the body.
#pragma once

#include <string_view>

#include "base/result.h"
#include "board/received_span.h"

namespace ordertrace {

// The whole batch, or why the body as a whole is refused. Bytes after the Batch are ignored, as Jaeger does.
Result<ReceivedBatch> decode_batch(std::string_view body);

}  // namespace ordertrace
