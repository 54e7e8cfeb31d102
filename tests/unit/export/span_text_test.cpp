#include "export/span_text.h"

#include <catch2/catch.hpp>

#include "export/jaeger_encoder.h"

using namespace ordertrace;

TEST_CASE("a stored span is one line of JSON") {
    const Tag fields[] = {Tag::of_text("event", "note")};
    Span span;
    span.trace = {.high = 0x8d91de8595de911cULL, .low = 0x410b46d59c175b06ULL};
    span.id = SpanId{0xccad386ecf0ccd9cULL};
    span.parent = ParentId{1};
    span.name = "cut\n\"panel\"";
    span.start = from_micros(1'795'305'600'120'000);
    span.duration = Duration{5};
    span.references.push_back({SpanReference::Type::follows_from, span.trace, SpanId{2}});
    span.tags.push_back(Tag::of_text("order.id", "ЗК-77"));
    span.tags.push_back(Tag::of_integer("attempt", 3));
    span.tags.push_back(Tag::of_real("weight", 1.5));
    span.tags.push_back(Tag::of_boolean("error", true));
    span.logs.push_back({span.start, fields, 1});
    const auto line = span_as_json(encode_process("mes", {{"host.id", "ordertrace"}}), JaegerEncoder{}.encode(span));
    REQUIRE(line);
    CHECK(*line ==
          R"({"service":"mes","name":"cut\u000a\"panel\"","trace_id":"8d91de8595de911c410b46d59c175b06",)"
          R"("span_id":"ccad386ecf0ccd9c","parent_id":"0000000000000001","start":1795305600120000,"duration":5,)"
          R"("references":[{"follows_from":"0000000000000002","trace_id":"8d91de8595de911c410b46d59c175b06"}],)"
          R"("tags":{"order.id":"ЗК-77","attempt":3,"weight":1.5,"error":true},)"
          R"("logs":[{"time":1795305600120000,"fields":{"event":"note"}}],"process":{"host.id":"ordertrace"}})");
}

TEST_CASE("bytes that are no text are escaped one by one") {
    std::string out;
    append_json_text(out, "\x1B[31m\x7F\\\xC7");
    CHECK(out == R"("\u001b[31m\u007f\\\u00c7")");
}

TEST_CASE("a damaged record is said, whatever its bytes claim") {
    Span span;
    span.name = "step";
    span.tags.push_back(Tag::of_text("key", "value"));
    JaegerEncoder encoder;
    const std::string bytes{encoder.encode(span)};
    const auto process = encode_process("mes", {});
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        CAPTURE(cut);
        const auto line = span_as_json(process, std::string_view{bytes}.substr(0, cut));
        REQUIRE_FALSE(line);
        CHECK(line.error().message == "not a Thrift Span: the record is damaged");
    }
    CHECK(span_as_json("", bytes).error().message == "not a Thrift Process: the record is damaged");
    CHECK_FALSE(span_as_json(process, bytes + "x"));
    // A string that claims 2 GiB.
    CHECK_FALSE(span_as_json({"\x0B\x00\x01\x7F\xFF\xFF\xFF", 7}, bytes));
}
