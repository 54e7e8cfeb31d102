#include "board/batch_decoder.h"

#include <catch2/catch.hpp>

#include "unit/board/board_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

std::string refusal_of(std::string_view body) {
    const auto batch = decode_batch(body);
    return batch ? "taken" : batch.error().message;
}

// A Tag that has its key and type and then one value field.
std::string typed_tag(std::string_view key, int type, const std::string& value_field) {
    ThriftBytes tag;
    tag.field(ThriftBytes::string, 1).text(key).field(ThriftBytes::i32, 2).small(type).raw(value_field);
    return tag.end().bytes();
}

// A Batch whose process is whole and whose spans list is given as bytes after its field header.
std::string batch_with_list(const std::string& list) {
    ThriftBytes batch;
    batch.field(ThriftBytes::structure, 1).field(ThriftBytes::string, 1).text("mes").end();
    return batch.field(ThriftBytes::list, 2).raw(list).end().bytes();
}

}  // namespace

TEST_CASE("a batch becomes plain spans") {
    ThriftBytes log;
    log.field(ThriftBytes::i64, 1).integer(1'795'305'600'130'000);
    log.field(ThriftBytes::list, 2).list_of(ThriftBytes::structure, 1).raw(text_tag_bytes("message", "glue is out"));
    log.end();
    const std::vector<std::string> tags{text_tag_bytes("order.id", "ЗК-77"),
                                        typed_tag("w", 1, std::string{"\x04\0\x04\x3f\xf8\0\0\0\0\0\0", 11}),
                                        typed_tag("error", 2, std::string{"\x02\0\x05\x01", 4}),
                                        typed_tag("attempt", 3, std::string{"\x0a\0\x06\0\0\0\0\0\0\0\x03", 11}),
                                        typed_tag("raw", 4, std::string{"\x0b\0\x07\0\0\0\x02\xff\x01", 9})};
    auto span = span_bytes(0xccad386ecf0ccd9c, "cut_panel", tags);
    span.pop_back();
    ThriftBytes logs;
    logs.field(ThriftBytes::list, 11).list_of(ThriftBytes::structure, 1).raw(log.bytes()).end();

    const auto batch = decode_batch(batch_bytes("mes", {span + logs.bytes()}));
    REQUIRE(batch);
    CHECK(batch->service == "mes");
    REQUIRE(batch->spans.size() == 1);
    const auto& got = batch->spans.front();
    CHECK(got.trace == TraceId{0x11, 0x22});
    CHECK(got.id.value == 0xccad386ecf0ccd9c);
    CHECK(got.parent.value == 0);
    CHECK(got.name == "cut_panel");
    CHECK(got.start == from_micros(1'795'305'600'120'000));
    CHECK(got.duration == Duration{723'000});
    CHECK(got.tags == std::vector<ReceivedTag>{{"order.id", "ЗК-77"},
                                               {"w", 1.5},
                                               {"error", true},
                                               {"attempt", std::int64_t{3}},
                                               {"raw", std::string{"\xff\x01"}}});
    CHECK(got.logs == std::vector<ReceivedLog>{{from_micros(1'795'305'600'130'000), {{"message", "glue is out"}}}});
}

TEST_CASE("the process may come after the spans, and what follows the batch is ignored") {
    ThriftBytes batch;
    batch.field(ThriftBytes::list, 2).list_of(ThriftBytes::structure, 1).raw(span_bytes(1, "a", {}));
    batch.field(ThriftBytes::structure, 1).field(ThriftBytes::string, 1).text("crm").end().end().raw("tail");
    const auto got = decode_batch(batch.bytes());
    REQUIRE(got);
    CHECK(got->service == "crm");
    CHECK(got->spans.size() == 1);
}

TEST_CASE("unknown fields of every type are passed over") {
    ThriftBytes batch;
    batch.field(ThriftBytes::list, 9).list_of(ThriftBytes::structure, 3).end().end().end();
    batch.raw(std::string{"\x0d\0\x0a\x0b\x08\0\0\0\x01\0\0\0\x01k\0\0\0\x07", 18});  // map of string to i32
    batch.raw(std::string{"\x0e\0\x0b\x03\0\0\0\x02\x01\x02", 10});                   // set of bytes
    batch.raw(good_body());
    const auto got = decode_batch(batch.bytes());
    REQUIRE(got);
    CHECK(got->spans.size() == 1);
}

TEST_CASE("a repeated tag counts by its last value, and only with its type") {
    const std::vector<ReceivedTag> tags{{"a", "1"}, {"a", "2"}, {"b", std::int64_t{7}}};
    CHECK(text_tag(tags, "a") == "2");
    CHECK(text_tag(tags, "b").empty());
    CHECK(text_tag(tags, "c").empty());
    CHECK(integer_tag(tags, "b") == 7);
    CHECK(integer_tag(tags, "a") == 0);
}

TEST_CASE("a tag of a type that does not exist keeps no value") {
    const auto tag = typed_tag("odd", 1000, std::string{"\x0b\0\x03\0\0\0\x01v", 8});
    const auto batch = decode_batch(batch_bytes("mes", {span_bytes(1, "a", {tag})}));
    REQUIRE(batch);
    CHECK(batch->spans.front().tags == std::vector<ReceivedTag>{{"odd", ""}});
}

TEST_CASE("a required field that is missing refuses the batch") {
    const auto field = GENERATE(1, 2, 3, 4, 5, 7, 8, 9);
    CAPTURE(field);
    const auto body = batch_bytes("mes", {span_bytes(1, "a", {}), span_bytes(2, "b", {}, field)});
    CHECK_FALSE(decode_batch(body));
}

TEST_CASE("every strict prefix of a batch is refused") {
    const auto body = good_body();
    REQUIRE(decode_batch(body));
    for (std::size_t length = 0; length < body.size(); ++length) {
        CAPTURE(length);
        CHECK_FALSE(decode_batch(std::string_view{body}.substr(0, length)));
    }
}

TEST_CASE("what is wrong with a body is said") {
    struct Row {
        const char* name;
        std::string body;
        const char* want;
    };
    ThriftBytes only_spans;
    only_spans.field(ThriftBytes::list, 2).list_of(ThriftBytes::structure, 0).end();
    ThriftBytes only_process;
    only_process.field(ThriftBytes::structure, 1).field(ThriftBytes::string, 1).text("mes").end().end();
    ThriftBytes announced;
    announced.field(ThriftBytes::structure, 1).field(ThriftBytes::string, 1).raw(std::string{"\x7f\xff\xff\xff", 4});
    auto row = GENERATE_COPY(values<Row>({
        {"empty", "", "malformed Thrift: the body is empty"},
        {"no process", only_spans.bytes(), "malformed Thrift near byte 9: field process is missing"},
        {"no spans", only_process.bytes(), "malformed Thrift near byte 15: field spans is missing"},
        {"a type there is not", batch_with_list(std::string{"\x63\0\0\0\x01", 5}),
         "malformed Thrift near byte 18: unknown type 99"},
        {"spans of numbers", batch_with_list(std::string{"\x0a\0\0\0\x01\0\0\0\0\0\0\0\0", 13}),
         "malformed Thrift near byte 22: spans is not a list of structs"},
        {"2 billion spans", batch_with_list(std::string{"\x0c\x7f\xff\xff\xff", 5}),
         "malformed Thrift near byte 22: a list announces more than the body holds"},
        {"a negative count", batch_with_list(std::string{"\x0c\xff\xff\xff\xff", 5}),
         "malformed Thrift near byte 22: TProtocolException: Negative size"},
        {"a string of 2 GiB", announced.bytes(),
         "malformed Thrift near byte 10: TProtocolException: Exceeded size limit"},
    }));
    CAPTURE(row.name);
    CHECK(refusal_of(row.body) == row.want);
}

TEST_CASE("a list of tags that announces more than can follow is refused before room is made for it") {
    auto span = span_bytes(1, "a", {});
    span.replace(span.size() - 5, 4, std::string{"\x00\x10\x00\x00", 4});  // 1,048,576 tags; then the stop byte
    CHECK_FALSE(decode_batch(batch_bytes("mes", {span}) + std::string(1U << 20U, '\0')));
}

TEST_CASE("structs nested without end are refused") {
    ThriftBytes batch;
    for (int i = 0; i < 100'000; ++i) batch.field(ThriftBytes::structure, 9);
    CHECK_FALSE(decode_batch(batch.bytes()));
}
