// POST /api/traces: answers like a Jaeger collector, so that the agents see in the board just one more destination.
// Owned by the program, called by its only thread. Bounds: a body and what it inflates to, by `max_body_bytes`.
//   202, empty: the sink has taken all spans       500 "… http: request body too large", closed: over the limit
//   400: wrong or missing content type, malformed Thrift, a missing field, plain bytes called gzip
//   500: corrupt gzip; the sink could not take it  405, 404, 301: no POST, another path, a doubled slash
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.h"
#include "board/received_span.h"
#include "http/http_server.h"

namespace ordertrace {

class ThriftIntake {
public:
    // Takes all spans of a batch or none.
    using Sink = std::function<Result<void>(const ReceivedBatch&)>;

    ThriftIntake(std::uint64_t max_body_bytes, Sink sink) : max_body_bytes_{max_body_bytes}, sink_{std::move(sink)} {}

    static constexpr std::string_view path = "/api/traces";
    HttpResponse answer(const HttpRequest& request);

private:
    HttpResponse take_post(const HttpRequest& request);
    HttpResponse take(std::string_view content_type, std::string_view body);

    std::uint64_t max_body_bytes_;
    Sink sink_;
};

}  // namespace ordertrace
