#include "board/batch_decoder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>

#include <jaeger_types.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/protocol/TVirtualProtocol.h>
#include <thrift/transport/TBufferTransports.h>

namespace ordertrace {
namespace {

namespace wire = jaegertracing::thrift;
using namespace apache::thrift::protocol;
using apache::thrift::transport::TMemoryBuffer;
using apache::thrift::transport::TTransport;

// The shortest struct of a Batch's lists is a Tag without a value: an empty key (7), a type (7) and the stop byte.
constexpr std::uint32_t shortest_struct = 15;

// Thrift counts a struct of a list as no bytes at all, so a few bytes could announce millions of them, and the
// generated code makes room for what is announced. This protocol lets a container announce only what can follow, and
// knows a type before it becomes an enum.
class BoundedProtocol : public TVirtualProtocol<BoundedProtocol, TBinaryProtocolT<TTransport>> {
public:
    using Base = TVirtualProtocol<BoundedProtocol, TBinaryProtocolT<TTransport>>;
    using Base::skip;

    explicit BoundedProtocol(const std::shared_ptr<TMemoryBuffer>& bytes) : Base(bytes), bytes_{*bytes} {
        setStringSizeLimit(static_cast<std::int32_t>(bytes_.available_read()));
    }

    std::uint32_t skip_virt(TType type) override {
        skipping_ = true;  // unknown fields: nothing is allocated, and their structs may be shorter
        const auto skipped = Base::skip_virt(type);
        skipping_ = false;
        return skipped;
    }

    std::uint32_t readFieldBegin(std::string&, TType& type, std::int16_t& id) {
        id = 0;
        const auto read = read_type(type);
        return type == T_STOP ? read : read + readI16(id);
    }

    std::uint32_t readListBegin(TType& element, std::uint32_t& size) {
        return read_type(element) + read_size(size, shortest(element));
    }

    std::uint32_t readSetBegin(TType& element, std::uint32_t& size) { return readListBegin(element, size); }

    std::uint32_t readMapBegin(TType& key, TType& value, std::uint32_t& size) {
        const auto read = read_type(key) + read_type(value);
        return read + read_size(size, shortest(key) + shortest(value));
    }

private:
    std::uint32_t read_type(TType& type) {
        std::int8_t code = 0;
        const auto read = readByte(code);
        static constexpr std::array<std::int8_t, 12> known{T_STOP, T_BOOL,   T_BYTE,   T_DOUBLE, T_I16, T_I32,
                                                           T_I64,  T_STRING, T_STRUCT, T_MAP,    T_SET, T_LIST};
        if (std::find(known.begin(), known.end(), code) == known.end())
            throw TProtocolException(TProtocolException::INVALID_DATA, "unknown type " + std::to_string(code));
        type = static_cast<TType>(code);
        return read;
    }

    std::uint32_t shortest(TType type) {
        if (type == T_STRUCT && !skipping_) return shortest_struct;
        return std::max(static_cast<std::uint32_t>(getMinSerializedSize(type)), 1U);
    }

    std::uint32_t read_size(std::uint32_t& size, std::uint32_t shortest_element) {
        std::int32_t announced = 0;
        const auto read = readI32(announced);
        if (announced < 0) throw TProtocolException(TProtocolException::NEGATIVE_SIZE);
        size = static_cast<std::uint32_t>(announced);
        if (size > bytes_.available_read() / shortest_element)
            throw TProtocolException(TProtocolException::SIZE_LIMIT, "a list announces more than the body holds");
        return read;
    }

    TMemoryBuffer& bytes_;
    bool skipping_ = false;
};

ReceivedTag to_tag(wire::Tag& tag) {
    ReceivedTag out{.key = std::move(tag.key), .value = {}};
    // The type as it came: any number may stand there, and the generated enum must not be asked for one it has not.
    std::int32_t type = 0;
    static_assert(sizeof tag.vType == sizeof type);
    std::memcpy(&type, &tag.vType, sizeof type);
    switch (type) {
        case wire::TagType::STRING: out.value = std::move(tag.vStr); break;
        case wire::TagType::DOUBLE: out.value = tag.vDouble; break;
        case wire::TagType::BOOL: out.value = tag.vBool; break;
        case wire::TagType::LONG: out.value = tag.vLong; break;
        case wire::TagType::BINARY: out.value = std::move(tag.vBinary); break;
        default: break;  // Jaeger keeps such a tag without a value too
    }
    return out;
}

std::vector<ReceivedTag> to_tags(std::vector<wire::Tag>& tags) {
    std::vector<ReceivedTag> out;
    out.reserve(tags.size());
    for (auto& tag : tags) out.push_back(to_tag(tag));
    return out;
}

ReceivedSpan to_span(wire::Span& span) {
    ReceivedSpan out;
    out.trace = {static_cast<std::uint64_t>(span.traceIdHigh), static_cast<std::uint64_t>(span.traceIdLow)};
    out.id.value = static_cast<std::uint64_t>(span.spanId);
    out.parent.value = static_cast<std::uint64_t>(span.parentSpanId);
    out.name = std::move(span.operationName);
    out.start = from_micros(span.startTime);
    out.duration = Duration{span.duration};
    out.tags = to_tags(span.tags);
    out.logs.reserve(span.logs.size());
    for (auto& log : span.logs) out.logs.push_back({from_micros(log.timestamp), to_tags(log.fields)});
    return out;
}

// Batch{1 required process, 2 required spans}, read field by field: the generated Batch would hold all spans twice.
class BatchReader {
public:
    explicit BatchReader(BoundedProtocol& in) : in_{in} {}

    ReceivedBatch read() {
        std::string name;
        TType type = T_STOP;
        std::int16_t id = 0;
        in_.readStructBegin(name);
        for (in_.readFieldBegin(name, type, id); type != T_STOP; in_.readFieldBegin(name, type, id)) {
            if (id == 1 && type == T_STRUCT)
                read_process();
            else if (id == 2 && type == T_LIST)
                read_spans();
            else
                in_.skip_virt(type);
        }
        if (!has_process_) throw TProtocolException(TProtocolException::INVALID_DATA, "field process is missing");
        if (!has_spans_) throw TProtocolException(TProtocolException::INVALID_DATA, "field spans is missing");
        return std::move(batch_);
    }

private:
    void read_process() {
        wire::Process process;
        process.read(&in_);
        batch_.service = std::move(process.serviceName);
        for (auto& tag : process.tags)
            if (tag.key == "host.name") batch_.host = std::move(tag.vStr);
        has_process_ = true;
    }

    void read_spans() {
        TType type = T_STOP;
        std::uint32_t count = 0;
        in_.readListBegin(type, count);
        if (count > 0 && type != T_STRUCT)
            throw TProtocolException(TProtocolException::INVALID_DATA, "spans is not a list of structs");
        batch_.spans.clear();
        for (std::uint32_t i = 0; i < count; ++i) {
            wire::Span span;
            span.read(&in_);
            batch_.spans.push_back(to_span(span));
        }
        has_spans_ = true;
    }

    BoundedProtocol& in_;
    ReceivedBatch batch_;
    bool has_process_ = false;
    bool has_spans_ = false;
};

}  // namespace

Result<ReceivedBatch> decode_batch(std::string_view body) {
    if (body.empty()) return fail("malformed Thrift: the body is empty");
    if (body.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
        return fail("malformed Thrift: the body is over 2 GiB");
    // OBSERVE never writes; the constructor takes no const.
    auto* bytes = const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(body.data()));
    const auto size = static_cast<std::uint32_t>(body.size());
    auto buffer = std::make_shared<TMemoryBuffer>(bytes, size, TMemoryBuffer::OBSERVE);
    BoundedProtocol protocol{buffer};
    try {
        return BatchReader{protocol}.read();
    } catch (const apache::thrift::TException& refused) {
        return fail("malformed Thrift near byte " + std::to_string(size - buffer->available_read()) + ": " +
                    refused.what());
    }
}

}  // namespace ordertrace
