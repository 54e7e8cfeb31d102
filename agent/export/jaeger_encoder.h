// Turns a Span into the bytes of jaeger.thrift's Span in Thrift's binary protocol, once: the journal keeps them and
// every delivery sends them unchanged. The only file that sees generated Thrift. Owned by the intake thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "steps/span.h"

namespace ordertrace {

class JaegerEncoder {
public:
    JaegerEncoder();
    ~JaegerEncoder();
    // Valid until the next call. No allocation once the buffer has grown to its working size.
    std::string_view encode(const Span& span);

private:
    struct Buffer;
    std::unique_ptr<Buffer> buffer_;
};

// The bytes of a Process: service name and STRING tags in the order given.
std::string encode_process(std::string_view service, const std::vector<std::pair<std::string, std::string>>& tags);

}  // namespace ordertrace
