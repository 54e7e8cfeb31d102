#include "export/span_text.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

#include <thrift/TConfiguration.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include "base/text.h"
#include "jaeger_types.h"

namespace ordertrace {
namespace {

namespace jt = jaegertracing::thrift;
using apache::thrift::TConfiguration;
using apache::thrift::protocol::TBinaryProtocolT;
using apache::thrift::transport::TMemoryBuffer;

template <class Struct>
bool decode(std::string_view bytes, Struct& out) {
    try {
        std::string copy{bytes};
        // A claimed length never reserves more than there are bytes.
        const auto limits = std::make_shared<TConfiguration>(static_cast<int>(copy.size() + 1));
        const auto memory =
            std::make_shared<TMemoryBuffer>(reinterpret_cast<std::uint8_t*>(copy.data()),
                                            static_cast<std::uint32_t>(copy.size()), TMemoryBuffer::OBSERVE, limits);
        TBinaryProtocolT<TMemoryBuffer> protocol{memory, static_cast<int>(copy.size()), static_cast<int>(copy.size()),
                                                 false, true};
        return out.read(&protocol) == copy.size();
    } catch (const std::exception&) {
        return false;
    }
}

template <class Number>
void append_number(std::string& out, Number value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

void append_hex(std::string& out, std::int64_t value) {
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(value));
    out += digits.data();
}

void append_value(std::string& out, const jt::Tag& tag) {
    switch (tag.vType) {
        case jt::TagType::DOUBLE: append_number(out, tag.vDouble); return;
        case jt::TagType::BOOL: out += tag.vBool ? "true" : "false"; return;
        case jt::TagType::LONG: append_number(out, tag.vLong); return;
        case jt::TagType::STRING: append_json_text(out, tag.vStr); return;
        case jt::TagType::BINARY: append_json_text(out, tag.vBinary); return;
    }
    out += "null";
}

void append_tags(std::string& out, const std::vector<jt::Tag>& tags) {
    out += '{';
    const char* separator = "";
    for (const auto& tag : tags) {
        out += separator;
        append_json_text(out, tag.key);
        out += ':';
        append_value(out, tag);
        separator = ",";
    }
    out += '}';
}

void append_references(std::string& out, const std::vector<jt::SpanRef>& references) {
    out += ",\"references\":[";
    const char* separator = "";
    for (const auto& reference : references) {
        out += separator;
        out += reference.refType == jt::SpanRefType::CHILD_OF ? "{\"child_of\":\"" : "{\"follows_from\":\"";
        append_hex(out, reference.spanId);
        out += "\",\"trace_id\":\"";
        append_hex(out, reference.traceIdHigh);
        append_hex(out, reference.traceIdLow);
        out += "\"}";
        separator = ",";
    }
    out += ']';
}

void append_logs(std::string& out, const std::vector<jt::Log>& logs) {
    out += ",\"logs\":[";
    const char* separator = "";
    for (const auto& log : logs) {
        out += separator;
        out += "{\"time\":";
        append_number(out, log.timestamp);
        out += ",\"fields\":";
        append_tags(out, log.fields);
        out += '}';
        separator = ",";
    }
    out += ']';
}

void append_ids(std::string& out, const jt::Span& span) {
    out += "\"trace_id\":\"";
    append_hex(out, span.traceIdHigh);
    append_hex(out, span.traceIdLow);
    out += "\",\"span_id\":\"";
    append_hex(out, span.spanId);
    out += '"';
    if (span.parentSpanId == 0) return;
    out += ",\"parent_id\":\"";
    append_hex(out, span.parentSpanId);
    out += '"';
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
    const bool utf8 = is_valid_utf8(text);
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7F || (byte > 0x7F && !utf8)) {
            std::array<char, 7> escaped{};
            std::snprintf(escaped.data(), escaped.size(), "\\u%04x", byte);
            out += escaped.data();
        } else {
            out += c;
        }
    }
    out += '"';
}

Result<std::string> span_as_json(std::string_view process_bytes, std::string_view span_bytes) {
    jt::Process process;
    jt::Span span;
    if (!decode(process_bytes, process)) return fail("not a Thrift Process: the record is damaged");
    if (!decode(span_bytes, span)) return fail("not a Thrift Span: the record is damaged");
    std::string out{"{\"service\":"};
    append_json_text(out, process.serviceName);
    out += ",\"name\":";
    append_json_text(out, span.operationName);
    out += ',';
    append_ids(out, span);
    out += ",\"start\":";
    append_number(out, span.startTime);
    out += ",\"duration\":";
    append_number(out, span.duration);
    if (span.__isset.references) append_references(out, span.references);
    out += ",\"tags\":";
    append_tags(out, span.tags);
    if (span.__isset.logs) append_logs(out, span.logs);
    out += ",\"process\":";
    append_tags(out, process.tags);
    out += '}';
    return out;
}

}  // namespace ordertrace
