#include "export/jaeger_encoder.h"

#include <algorithm>

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>

namespace ordertrace {
namespace {

using apache::thrift::protocol::T_BOOL;
using apache::thrift::protocol::T_DOUBLE;
using apache::thrift::protocol::T_I32;
using apache::thrift::protocol::T_I64;
using apache::thrift::protocol::T_LIST;
using apache::thrift::protocol::T_STRING;
using apache::thrift::protocol::T_STRUCT;
using apache::thrift::protocol::TBinaryProtocolT;
using apache::thrift::protocol::TType;
using apache::thrift::transport::TMemoryBuffer;

constexpr std::int32_t sampled = 1;

// TagType of jaeger.thrift.
enum TagType : std::int32_t { tag_string = 0, tag_double = 1, tag_bool = 2, tag_long = 3 };

// Fields by number as in proto/jaeger.thrift, in the order of the generated code: the bytes are the same.
class Writer : private TBinaryProtocolT<TMemoryBuffer> {
public:
    explicit Writer(const std::shared_ptr<TMemoryBuffer>& buffer) : TBinaryProtocolT<TMemoryBuffer>{buffer} {}

    void field_i64(std::int16_t id, std::uint64_t value) { field_i64(id, static_cast<std::int64_t>(value)); }
    void field_i64(std::int16_t id, std::int64_t value) {
        field(T_I64, id);
        writeI64(value);
    }
    void field_i32(std::int16_t id, std::int32_t value) {
        field(T_I32, id);
        writeI32(value);
    }
    void field_text(std::int16_t id, std::string_view value) {
        field(T_STRING, id);
        writeString(value);
    }
    void field_list(std::int16_t id, std::size_t size) {
        field(T_LIST, id);
        writeListBegin(T_STRUCT, static_cast<std::uint32_t>(size));
    }
    void stop() { writeFieldStop(); }

    void tag(const Tag& tag) {
        field_text(1, tag.key);
        switch (tag.type) {
            case Tag::Type::text:
                field_i32(2, tag_string);
                field_text(3, tag.text);
                break;
            case Tag::Type::real:
                field_i32(2, tag_double);
                field(T_DOUBLE, 4);
                writeDouble(tag.real);
                break;
            case Tag::Type::boolean:
                field_i32(2, tag_bool);
                field(T_BOOL, 5);
                writeBool(tag.boolean);
                break;
            case Tag::Type::integer:
                field_i32(2, tag_long);
                field_i64(6, tag.integer);
                break;
        }
        stop();
    }

    void reference(const SpanReference& reference) {
        field_i32(1, reference.type == SpanReference::Type::child_of ? 0 : 1);
        field_i64(2, reference.trace.low);
        field_i64(3, reference.trace.high);
        field_i64(4, reference.span.value);
        stop();
    }

    void log(const SpanLog& log) {
        field_i64(1, to_micros(log.time));
        field_list(2, log.field_count);
        for (std::size_t i = 0; i < log.field_count; ++i) tag(log.fields[i]);
        stop();
    }

    void span(const Span& span) {
        field_i64(1, span.trace.low);
        field_i64(2, span.trace.high);
        field_i64(3, span.id.value);
        field_i64(4, span.parent.value);
        field_text(5, span.name);
        if (!span.references.empty()) {
            field_list(6, span.references.size());
            for (const auto& each : span.references) reference(each);
        }
        field_i32(7, sampled);
        field_i64(8, to_micros(span.start));
        field_i64(9, static_cast<std::int64_t>(std::max(span.duration, Duration{1}).count()));
        if (!span.tags.empty()) {
            field_list(10, span.tags.size());
            for (const auto& each : span.tags) tag(each);
        }
        if (!span.logs.empty()) {
            field_list(11, span.logs.size());
            for (const auto& each : span.logs) log(each);
        }
        stop();
    }

private:
    void field(TType type, std::int16_t id) { writeFieldBegin(nullptr, type, id); }
};

std::string_view bytes_in(TMemoryBuffer& memory) {
    std::uint8_t* bytes = nullptr;
    std::uint32_t size = 0;
    memory.getBuffer(&bytes, &size);
    return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

struct JaegerEncoder::Buffer {
    std::shared_ptr<TMemoryBuffer> memory = std::make_shared<TMemoryBuffer>();
    Writer writer{memory};
};

JaegerEncoder::JaegerEncoder() : buffer_{std::make_unique<Buffer>()} {}
JaegerEncoder::~JaegerEncoder() = default;

std::string_view JaegerEncoder::encode(const Span& span) {
    buffer_->memory->resetBuffer();
    buffer_->writer.span(span);
    return bytes_in(*buffer_->memory);
}

std::string encode_process(std::string_view service, const std::vector<std::pair<std::string, std::string>>& tags) {
    const auto memory = std::make_shared<TMemoryBuffer>();
    Writer writer{memory};
    writer.field_text(1, service);
    if (!tags.empty()) {
        writer.field_list(2, tags.size());
        for (const auto& [key, value] : tags) writer.tag(Tag::of_text(key, value));
    }
    writer.stop();
    return std::string{bytes_in(*memory)};
}

}  // namespace ordertrace
