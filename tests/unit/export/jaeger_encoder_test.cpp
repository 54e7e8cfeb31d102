#include "export/jaeger_encoder.h"

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>
#include <catch2/catch.hpp>

#include "jaeger_types.h"

using namespace ordertrace;
namespace jt = jaegertracing::thrift;
using apache::thrift::protocol::TBinaryProtocolT;
using apache::thrift::transport::TMemoryBuffer;

namespace {

template <class Struct>
Struct decoded(std::string_view bytes) {
    const auto memory = std::make_shared<TMemoryBuffer>();
    memory->write(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<std::uint32_t>(bytes.size()));
    TBinaryProtocolT<TMemoryBuffer> protocol{memory};
    Struct out;
    CHECK(out.read(&protocol) == bytes.size());
    return out;
}

template <class Struct>
std::string generated(const Struct& in) {
    const auto memory = std::make_shared<TMemoryBuffer>();
    TBinaryProtocolT<TMemoryBuffer> protocol{memory};
    in.write(&protocol);
    return memory->getBufferAsString();
}

constexpr auto start = from_micros(1'795'305'600'120'000);

Span full_span(const Tag* fields, std::size_t field_count) {
    Span span;
    span.system = "mes";
    span.trace = {.high = 0x8d91de8595de911cULL, .low = 0x410b46d59c175b06ULL};
    span.id = SpanId{0xccad386ecf0ccd9cULL};
    span.parent = ParentId{0x6554cb351df0e106ULL};
    span.name = "cut_panel";
    span.start = start;
    span.duration = std::chrono::milliseconds{723};
    span.references.push_back({SpanReference::Type::follows_from, {.high = 1, .low = 2}, SpanId{3}});
    span.references.push_back({SpanReference::Type::child_of, span.trace, SpanId{~0ULL}});
    span.tags.push_back(Tag::of_text("order.id", "10042"));
    span.tags.push_back(Tag::of_text("empty", ""));
    span.tags.push_back(Tag::of_integer("order.rc", -3));
    span.tags.push_back(Tag::of_real("weight", 1.5));
    span.tags.push_back(Tag::of_boolean("error", true));
    span.tags.push_back(Tag::of_boolean("no", false));
    span.logs.push_back({start + Duration{5}, fields, field_count});
    return span;
}

}  // namespace

TEST_CASE("an encoded span is the one of the generated code, byte for byte") {
    const Tag fields[] = {Tag::of_text("event", "note"), Tag::of_text("message", "цена")};
    const auto span = full_span(fields, 2);
    JaegerEncoder encoder;
    const std::string bytes{encoder.encode(span)};
    const auto out = decoded<jt::Span>(bytes);
    CHECK(static_cast<std::uint64_t>(out.traceIdHigh) == span.trace.high);
    CHECK(static_cast<std::uint64_t>(out.traceIdLow) == span.trace.low);
    CHECK(static_cast<std::uint64_t>(out.spanId) == span.id.value);
    CHECK(static_cast<std::uint64_t>(out.parentSpanId) == span.parent.value);
    CHECK(out.operationName == "cut_panel");
    CHECK(out.flags == 1);
    CHECK(out.startTime == 1'795'305'600'120'000);
    CHECK(out.duration == 723'000);
    REQUIRE(out.references.size() == 2);
    CHECK(out.references[0].refType == jt::SpanRefType::FOLLOWS_FROM);
    CHECK(out.references[0].traceIdHigh == 1);
    CHECK(out.references[0].traceIdLow == 2);
    CHECK(out.references[0].spanId == 3);
    CHECK(out.references[1].refType == jt::SpanRefType::CHILD_OF);
    CHECK(out.references[1].spanId == -1);
    REQUIRE(out.tags.size() == 6);
    CHECK(out.tags[0].key == "order.id");
    CHECK(out.tags[0].vType == jt::TagType::STRING);
    CHECK(out.tags[0].vStr == "10042");
    CHECK(out.tags[1].__isset.vStr);
    CHECK(out.tags[1].vStr.empty());
    CHECK(out.tags[2].vType == jt::TagType::LONG);
    CHECK(out.tags[2].vLong == -3);
    CHECK(out.tags[3].vType == jt::TagType::DOUBLE);
    CHECK(out.tags[3].vDouble == 1.5);
    CHECK(out.tags[4].vType == jt::TagType::BOOL);
    CHECK(out.tags[4].vBool);
    CHECK(out.tags[5].__isset.vBool);
    CHECK_FALSE(out.tags[5].vBool);
    REQUIRE(out.logs.size() == 1);
    CHECK(out.logs[0].timestamp == 1'795'305'600'120'005);
    REQUIRE(out.logs[0].fields.size() == 2);
    CHECK(out.logs[0].fields[1].key == "message");
    CHECK(out.logs[0].fields[1].vStr == "цена");
    CHECK(generated(out) == bytes);
}

TEST_CASE("what a span has not is left out") {
    Span span;
    span.name = "note";
    span.duration = Duration{0};
    JaegerEncoder encoder;
    const std::string bytes{encoder.encode(span)};
    const auto out = decoded<jt::Span>(bytes);
    CHECK_FALSE(out.__isset.references);
    CHECK_FALSE(out.__isset.tags);
    CHECK_FALSE(out.__isset.logs);
    CHECK(out.duration == 1);  // the least a collector takes without a warning
    CHECK(generated(out) == bytes);
}

TEST_CASE("a small span after a large one is only itself") {
    const Tag fields[] = {Tag::of_text("event", "note")};
    JaegerEncoder encoder;
    encoder.encode(full_span(fields, 1));
    Span small;
    small.name = "x";
    const std::string again{encoder.encode(small)};
    CHECK(again == JaegerEncoder{}.encode(small));
}

TEST_CASE("an encoded process is the one of the generated code") {
    const auto bytes = encode_process("mes", {{"host.id", "ordertrace"}, {"host.name", "pc-7"}});
    const auto out = decoded<jt::Process>(bytes);
    CHECK(out.serviceName == "mes");
    REQUIRE(out.tags.size() == 2);
    CHECK(out.tags[0].key == "host.id");
    CHECK(out.tags[0].vType == jt::TagType::STRING);
    CHECK(out.tags[0].vStr == "ordertrace");
    CHECK(out.tags[1].vStr == "pc-7");
    CHECK(generated(out) == bytes);
    CHECK_FALSE(decoded<jt::Process>(encode_process("order", {})).__isset.tags);
}
