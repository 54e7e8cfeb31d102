// Reads what a collector would be sent, with the generated code: for tests only.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>
#include <zlib.h>

#include "jaeger_types.h"

namespace ordertrace {

struct ReadBatch {
    std::string service;
    std::vector<std::string> names;
};

inline ReadBatch read_batch(std::string_view bytes) {
    using apache::thrift::transport::TMemoryBuffer;
    const auto memory = std::make_shared<TMemoryBuffer>();
    memory->write(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<std::uint32_t>(bytes.size()));
    apache::thrift::protocol::TBinaryProtocolT<TMemoryBuffer> protocol{memory};
    jaegertracing::thrift::Batch batch;
    if (batch.read(&protocol) != bytes.size()) throw std::runtime_error{"bytes after the batch"};
    ReadBatch out{batch.process.serviceName, {}};
    for (const auto& span : batch.spans) out.names.push_back(span.operationName);
    return out;
}

inline std::string inflated(std::string_view gzip) {
    z_stream stream{};
    if (inflateInit2(&stream, 15 + 16) != Z_OK) throw std::runtime_error{"inflateInit2"};
    std::string in{gzip};
    std::string out(16 << 20, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    if (result != Z_STREAM_END) throw std::runtime_error{"not one whole gzip member"};
    return out;
}

}  // namespace ordertrace
