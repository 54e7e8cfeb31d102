#include "journal/record.h"

#include <catch2/catch.hpp>

#include "journal/segment_walk.h"
#include "unit/journal/journal_fixture.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

constexpr std::uint64_t salt = 0x1234'5678'9abc'def0;

Record only_record(const std::string& bytes) {
    const auto head = decode_head(bytes, salt);
    REQUIRE(head);
    REQUIRE(record_head_bytes + head->length == bytes.size());
    const auto payload = std::string_view{bytes}.substr(record_head_bytes);
    REQUIRE(payload_matches(*head, payload));
    return {static_cast<std::uint8_t>(payload.front()), payload.substr(1)};
}

std::string small_log() {
    std::string log;
    append_process(log, salt, {0, "process"});
    append_span(log, salt, {1, 0, from_micros(1), "first"});
    append_step(log, salt, 2, "opened");
    append_lost(log, salt, {2, 3, DropReason::journal_full});
    append_span(log, salt, {5, 0, from_micros(2), "second"});
    append_end(log, salt);
    return log;
}

struct Walked {
    std::vector<std::string> records;  // kind and bytes
    int damaged = 0;
    bool torn = false;
};

Walked walk(const std::string& log, const TemporaryDirectory& directory) {
    PosixDisk disk;
    write_file(directory.path("log"), log);
    const auto file = disk.open(directory.path("log"), 0);
    REQUIRE(file);
    SegmentWalk steps;
    steps.begin(disk, file->get(), salt, 0, log.size());
    Walked walked;
    for (auto item = steps.next(); item.what != WalkItem::What::limit; item = steps.next()) {
        REQUIRE(item.next > item.offset);
        if (item.what == WalkItem::What::record)
            walked.records.push_back(std::string(1, static_cast<char>(item.record.kind)).append(item.record.bytes));
        if (item.what == WalkItem::What::damaged) ++walked.damaged;
        walked.torn |= item.what == WalkItem::What::torn;
    }
    return walked;
}

}  // namespace

TEST_CASE("records say again what was written") {
    std::string bytes;
    append_span(bytes, salt, {77, 3, from_micros(-5), "thrift"});
    const auto span = as_span(only_record(bytes));
    REQUIRE(span);
    CHECK(span->number == 77);
    CHECK(span->process == 3);
    CHECK(span->start == from_micros(-5));
    CHECK(span->bytes == "thrift");

    bytes.clear();
    append_process(bytes, salt, {255, "p"});
    const auto process = as_process(only_record(bytes));
    REQUIRE(process);
    CHECK(process->index == 255);
    CHECK(process->bytes == "p");

    bytes.clear();
    append_lost(bytes, salt, {4, 9, DropReason::memory_full});
    const auto lost = as_lost(only_record(bytes));
    REQUIRE(lost);
    CHECK(lost->first == 4);
    CHECK(lost->count == 9);
    CHECK(lost->reason == DropReason::memory_full);

    bytes.clear();
    append_steps_from(bytes, salt, 12);
    CHECK(as_steps_from(only_record(bytes)) == 12);

    bytes.clear();
    append_step(bytes, salt, 5, "marked");
    CHECK(is_step_record(only_record(bytes).kind));
    CHECK(only_record(bytes).bytes == "marked");
}

TEST_CASE("what cannot be a record is none") {
    CHECK_FALSE(as_span({1, "short"}));
    CHECK_FALSE(as_process({128, std::string_view{"\0\1\0\0", 4}}));                          // index 256
    CHECK_FALSE(as_lost({129, std::string_view{"\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\7", 17}}));  // reason 7
    CHECK_FALSE(as_lost({129, std::string_view{"\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1", 17}}));  // number 0
    CHECK_FALSE(is_step_record(1));
    CHECK_FALSE(is_step_record(128));
    CHECK_FALSE(decode_head("short", salt));
    std::string bytes;
    append_end(bytes, salt);
    CHECK_FALSE(decode_head(bytes, salt + 1));
}

TEST_CASE("a segment header is whole or none") {
    const auto bytes = encode(SegmentHeader{7, 100, salt});
    const std::string_view whole{bytes.data(), bytes.size()};
    const auto header = decode_segment_header(whole);
    REQUIRE(header);
    CHECK(header->id == 7);
    CHECK(header->first_number == 100);
    CHECK(header->salt == salt);
    CHECK_FALSE(decode_segment_header(whole.substr(1)));
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string flipped{whole};
        flipped[i] = static_cast<char>(flipped[i] ^ 1);
        CHECK_FALSE(decode_segment_header(flipped));
    }
}

TEST_CASE("a log cut at any length gives its whole records and a torn tail") {
    const TemporaryDirectory directory;
    const auto log = small_log();
    const auto whole = walk(log, directory);
    REQUIRE(whole.records.size() == 6);
    for (std::size_t length = 0; length < log.size(); ++length) {
        const auto cut = walk(log.substr(0, length), directory);
        REQUIRE(cut.damaged == 0);
        REQUIRE(cut.records.size() < whole.records.size());
        REQUIRE(std::equal(cut.records.begin(), cut.records.end(), whole.records.begin()));
    }
}

TEST_CASE("a wrong byte anywhere costs its record alone") {
    const TemporaryDirectory directory;
    const auto log = small_log();
    const auto whole = walk(log, directory);
    for (std::size_t i = 0; i < log.size(); ++i) {
        auto flipped = log;
        flipped[i] = static_cast<char>(flipped[i] ^ 0x40);
        const auto left = walk(flipped, directory);
        CAPTURE(i);
        REQUIRE(left.records.size() == whole.records.size() - 1);
        REQUIRE(left.damaged + (left.torn ? 1 : 0) == 1);
        REQUIRE(std::includes(whole.records.begin(), whole.records.end(), whole.records.begin(), whole.records.end()));
        for (const auto& record : left.records)
            REQUIRE(std::find(whole.records.begin(), whole.records.end(), record) != whole.records.end());
    }
}

TEST_CASE("a record inside the bytes of a span is not taken for one") {
    const TemporaryDirectory directory;
    std::string forged;
    append_span(forged, salt + 1, {9, 0, TimePoint{}, "forged"});  // a sender cannot know the salt
    std::string log;
    append_span(log, salt, {1, 0, TimePoint{}, forged});
    append_span(log, salt, {2, 0, TimePoint{}, "good"});
    log[0] = 'x';
    const auto left = walk(log, directory);
    CHECK(left.records.size() == 1);
    CHECK(left.damaged == 1);
}

TEST_CASE("records longer than a chunk and across chunks are read whole") {
    const TemporaryDirectory directory;
    std::string log;
    for (std::uint64_t i = 1; i <= 40; ++i)
        append_span(log, salt, {i, 0, TimePoint{}, std::string(i % 10 == 0 ? 300'000 : 7'001, 'x')});
    const auto whole = walk(log, directory);
    CHECK(whole.records.size() == 40);
    CHECK(whole.damaged == 0);
    CHECK_FALSE(whole.torn);
}
