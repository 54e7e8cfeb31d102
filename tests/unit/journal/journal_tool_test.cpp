#include "journal/journal_tool.h"

#include "journal/record.h"

#include "unit/journal/journal_fixture.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

void make_journal(const TemporaryDirectory& directory) {
    PosixDisk disk;
    {
        Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};
        run.spans(3);
        run.journal->add_step_record(2, "step");
        run.journal->commit();
        run.drain(1);
    }
    Run{disk, settings_in(directory.path()), {"jaeger", "board"}}.spans(2);
}

std::vector<std::string> texts_of(const std::vector<JournalProblem>& problems) {
    std::vector<std::string> texts;
    for (const auto& one : problems) texts.push_back(one.file + "@" + std::to_string(one.offset) + ": " + one.what);
    return texts;
}

}  // namespace

TEST_CASE("a journal is listed beside a running agent") {
    const TemporaryDirectory directory;
    make_journal(directory);
    const auto listing = list_journal(directory.path());
    REQUIRE(listing);
    REQUIRE(listing->segments.size() == 2);
    CHECK(listing->segments[0].file == "0000000001.seg");
    CHECK(listing->segments[0].spans == 3);
    CHECK(listing->segments[0].step_records == 1);
    CHECK(listing->segments[0].first_number == 1);
    CHECK(listing->segments[0].last_number == 3);
    CHECK(listing->segments[1].first_number == 4);
    CHECK(listing->segments[1].last_number == 5);
    REQUIRE(listing->has_state);
    REQUIRE(listing->balance.destinations.size() == 2);
    CHECK(listing->balance.destinations[0].pending == 5);
    CHECK(listing->balance.destinations[1].name == "board");
    CHECK(listing->balance.destinations[1].pending == 2);
}

TEST_CASE("every span of the log is visited with its process") {
    const TemporaryDirectory directory;
    make_journal(directory);
    std::vector<std::string> spans;
    REQUIRE(visit_spans(directory.path(), [&](std::uint64_t number, std::string_view process, std::string_view span) {
        CHECK(number == spans.size() + 1);
        CHECK(process == "process");
        spans.emplace_back(span);
    }));
    CHECK(spans == numbered(1, 5));
}

TEST_CASE("verify names what is wrong, with its file and place") {
    const TemporaryDirectory directory;
    make_journal(directory);
    CHECK(texts_of(verify_journal(directory.path()).value()).empty());
    auto bytes = read_file(directory.path(segment_name(1)));
    const auto at = bytes.find("span 2");
    bytes[at] = 'S';
    write_file(directory.path(segment_name(1)), bytes);
    const auto second = read_file(directory.path(segment_name(2)));
    write_file(directory.path(segment_name(2)), second.substr(0, second.size() - 5));
    write_file(directory.path(corrupt_name(9)), std::string(100, 'x'));
    write_file(directory.path("state"), "short");
    const auto torn = second.size() - (record_head_bytes + 21 + 6);
    CHECK(texts_of(verify_journal(directory.path()).value()) ==
          std::vector<std::string>{
              "0000000001.seg@" + std::to_string(at - record_head_bytes - 21) +
                  ": 39 bytes are no record: the checksum does not match",
              "0000000002.seg@" + std::to_string(torn) + ": the last 34 bytes are a record that was not finished",
              "corrupt-0000000009.seg@0: the header of the segment cannot be read",
              "state@0: neither copy of a page is whole"});
}

TEST_CASE("a directory without a journal is said to be one") {
    const TemporaryDirectory directory;
    CHECK(list_journal(directory.path()).error().message ==
          "no journal in " + directory.path() + "; name the directory of journal.directory");
    const auto missing = directory.path("missing");
    CHECK(verify_journal(missing).error().message ==
          "cannot read the journal in " + missing + ": No such file or directory");
}
