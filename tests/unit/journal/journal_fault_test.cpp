// Everything that can break, broken at every place: the n-th call of the disk, every length of a cut, every byte.
// Whatever happens, what was delivered was recorded, nothing is delivered twice in one life, and the balance adds up.
#include "unit/journal/journal_fixture.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

// Bursts, deliveries to one of two destinations, and seconds in between. The spans that were committed.
std::vector<std::string> live(Run& run, int bursts) {
    for (int i = 0; i < bursts; ++i) {
        run.journal->add_step_record(2, "a step");
        run.spans(3, 200);
        if (i % 3 == 1) run.drain(1);
        if (i % 4 == 3) run.second();
    }
    return numbered(1, run.balance().intake.recorded);
}

void check_settled(Run& run, const std::vector<std::string>& allowed) {
    for (std::size_t i = 0; i < run.readers.size(); ++i) {
        const auto before = run.to(i).delivered;
        const auto delivered = run.drain(i);
        const std::set<std::string> distinct(delivered.begin(), delivered.end());
        CHECK(distinct.size() == delivered.size());
        const std::set<std::string> known(allowed.begin(), allowed.end());
        CHECK(std::includes(known.begin(), known.end(), distinct.begin(), distinct.end()));
        CHECK(run.to(i).delivered == before + delivered.size());
        CHECK(run.to(i).pending == 0);
    }
    check_balance(run.balance());
}

}  // namespace

TEST_CASE("the n-th call of the disk fails, then the agent is killed") {
    int calls = 1;
    for (int call = 0; call < calls; ++call) {
        CAPTURE(call);
        TemporaryDirectory directory;
        FakeDisk disk;
        disk.fail_call = call;
        disk.error = call % 2 == 0 ? 28 : 5;  // ENOSPC, EIO
        std::vector<std::string> kept;
        std::uint64_t memory_from = 0;
        {
            auto opened = Journal::open(settings_in(directory.path()), disk, {"jaeger", "board"}, TimePoint{});
            REQUIRE(opened);
            opened->reset();
            disk.calls = 0;
            Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};
            kept = live(run, 12);
            memory_from = run.balance().intake.memory_from;
            check_balance(run.balance());
            calls = std::max(calls, std::min(disk.calls, 200));
        }
        disk.fail_call = -1;
        Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};
        // Two kinds of failure cost a span for good: memory that a kill took, and state that could not be kept on disk.
        if (memory_from == 0 && run.balance().intake.recorded == kept.size()) {
            CHECK(dropped(run.to(0), DropReason::memory) == 0);
            CHECK(dropped(run.to(0), DropReason::crash) == 0);
        }
        check_settled(run, kept);
        run.spans(1);
        const auto last = run.balance().intake.recorded;
        CHECK(run.drain(0) == numbered(last, last));
    }
    CHECK(calls > 30);
}

TEST_CASE("the power fails: what was synced is kept") {
    for (const int bursts : {0, 1, 5, 12}) {
        CAPTURE(bursts);
        TemporaryDirectory directory;
        FakeDisk disk;
        std::vector<std::string> kept;
        {
            Run run{disk, settings_in(directory.path())};
            kept = live(run, 0);
            run.spans(7);
            run.keeper->sync();
            for (int i = 0; i < bursts; ++i) run.spans(2);
        }
        disk.lose_power(directory.path());
        Run run{disk, settings_in(directory.path())};
        const auto delivered = run.drain();
        REQUIRE(delivered.size() >= 7);
        CHECK(std::equal(delivered.begin(), delivered.begin() + 7, numbered(1, 7).begin()));
        CHECK(run.to().pending == 0);
        check_balance(run.balance());
    }
}

TEST_CASE("a log cut at any length starts again") {
    TemporaryDirectory first;
    PosixDisk disk;
    {
        Run run{disk, settings_in(first.path())};
        run.spans(3);
        run.journal->add_step_record(2, "step");
        run.spans(3);
    }
    const auto bytes = read_file(first.path(segment_name(1)));
    const auto state = read_file(first.path("state"));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        CAPTURE(length);
        TemporaryDirectory directory;
        write_file(directory.path(segment_name(1)), bytes.substr(0, length));
        write_file(directory.path("state"), state);
        Run run{disk, settings_in(directory.path())};
        const auto delivered = run.drain();
        REQUIRE(delivered == numbered(1, delivered.size()));
        REQUIRE(dropped(run.to(), DropReason::crash) == 6 - delivered.size());
        REQUIRE(run.to().pending == 0);
        REQUIRE(files_in(directory.path(), ".seg").back().starts_with("0"));  // torn is not corrupt
    }
}

TEST_CASE("a wrong byte anywhere in a log is counted, never fatal, and no wrong span is delivered") {
    TemporaryDirectory first;
    PosixDisk disk;
    {
        Run run{disk, settings_in(first.path())};
        run.spans(2);
        run.journal->add_step_record(2, "step");
        run.spans(2);
        run.journal->seal();
    }
    const auto bytes = read_file(first.path(segment_name(1)));
    const auto state = read_file(first.path("state"));
    const auto known = numbered(1, 4);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        CAPTURE(i);
        TemporaryDirectory directory;
        auto flipped = bytes;
        flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
        write_file(directory.path(segment_name(1)), flipped);
        write_file(directory.path("state"), state);
        std::size_t delivered = 0;
        {
            Run run{disk, settings_in(directory.path())};
            const auto spans = run.drain();
            delivered = spans.size();
            REQUIRE(std::includes(known.begin(), known.end(), spans.begin(), spans.end()));
            REQUIRE(dropped(run.to(), DropReason::corrupt) == 4 - delivered);
            REQUIRE(run.to().pending == 0);
            check_balance(run.balance());
        }
        Run again{disk, settings_in(directory.path())};
        REQUIRE(again.to().delivered == delivered);
        again.spans(1);
        REQUIRE(again.drain() == numbered(5, 5));
    }
}

TEST_CASE("a wrong byte anywhere in the state page costs at most what the log can tell") {
    TemporaryDirectory first;
    PosixDisk disk;
    {
        Run run{disk, settings_in(first.path())};
        run.spans(2);
        run.drain();
        run.spans(2);
    }
    const auto bytes = read_file(first.path(segment_name(1)));
    const auto state = read_file(first.path("state"));
    for (std::size_t i = 0; i < state.size(); i += 61) {
        CAPTURE(i);
        TemporaryDirectory directory;
        auto flipped = state;
        flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
        write_file(directory.path(segment_name(1)), bytes);
        write_file(directory.path("state"), flipped);
        Run run{disk, settings_in(directory.path())};
        REQUIRE(run.balance().intake.recorded == 4);
        run.spans(1);
        const auto delivered = run.drain();
        REQUIRE(delivered.back() == "span 5");
        REQUIRE(delivered.size() >= 3);
        check_balance(run.balance());
    }
}

TEST_CASE("starts that are killed before and after the replay lose nothing") {
    TemporaryDirectory directory;
    PosixDisk disk;
    { Run{disk, settings_in(directory.path()), {"jaeger", "board"}}.spans(5); }
    for (int i = 0; i < 3; ++i) {
        {
            const Run early{disk, settings_in(directory.path()), {"jaeger", "board"}, false};
        }
        { const Run later{disk, settings_in(directory.path()), {"jaeger", "board"}}; }
    }
    Run run{disk, settings_in(directory.path()), {"jaeger", "board"}, false};
    Window window;
    CHECK_FALSE(run.readers[0]->read({}, window));
    check_balance(run.balance());
    run.replay();
    CHECK(run.drain(0) == numbered(1, 5));
    CHECK(run.drain(1) == numbered(1, 5));
}
