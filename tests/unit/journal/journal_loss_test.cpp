// What is lost, and by which name it is counted: full log, torn tails, corrupt bytes, a lost state page.
#include "unit/journal/journal_fixture.h"

using namespace ordertrace;
using namespace ordertrace::test;

TEST_CASE("a full log drops the oldest, keeps its limit, and says how many") {
    TemporaryDirectory directory;
    PosixDisk disk;
    Run run{disk, settings_in(directory.path())};
    for (int i = 0; i < 300; ++i) {
        run.spans(10, 1000);
        run.keeper->tidy(TimePoint{});
        REQUIRE(gauges_of(*run.shared).bytes <= 1U << 20U);
    }
    const auto lost = dropped(run.to(), DropReason::journal_full);
    CHECK(lost > 1500);
    CHECK(lost < 2500);
    CHECK(run.to().committed == lost);
    CHECK(run.drain() == numbered(lost + 1, 3000));
    CHECK(sum_dropped(run.to()) == lost);
    check_balance(run.balance());
}

TEST_CASE("a full log drops nothing of a window in flight, and goes on around it") {
    TemporaryDirectory directory;
    PosixDisk disk;
    Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};
    run.spans(10, 1000);
    Window window;
    REQUIRE(run.readers[0]->read({}, window));
    for (int i = 0; i < 300; ++i) {
        run.spans(10, 1000);
        run.keeper->tidy(TimePoint{});
    }
    CHECK(run.to(0).pending == 3010);
    run.readers[0]->commit(window, 0);
    CHECK(run.to(0).delivered == 10);
    const auto kept = run.drain(0);
    CHECK(dropped(run.to(0), DropReason::journal_full) == 3000 - kept.size());
    CHECK(run.to(0).pending == 0);
    check_balance(run.balance());
}

TEST_CASE("where nothing can be dropped the newest spans are lost, counted, and the log keeps its limit") {
    TemporaryDirectory directory;
    PosixDisk disk;
    Run run{disk, settings_in(directory.path())};
    for (int i = 0; i < 200; ++i) run.spans(10, 1000);  // delivery does not run
    CHECK(gauges_of(*run.shared).bytes <= 1U << 20U);
    check_balance(run.balance());
    CHECK(wants_tick(*run.shared));
    const bool more_comes = GENERATE(true, false);
    run.keeper->tidy(TimePoint{});
    if (more_comes)
        run.spans(1, 1000);
    else
        run.second();
    CHECK_FALSE(wants_tick(*run.shared));
    const auto kept = run.drain();
    if (more_comes) CHECK(kept.back() == "span 2001");
    CHECK(dropped(run.to(), DropReason::journal_full) == (more_comes ? 2001 : 2000) - kept.size());
    CHECK(run.to().pending == 0);
    check_balance(run.balance());
}

TEST_CASE("numbers the state has and the log has not are crash") {
    TemporaryDirectory directory;
    PosixDisk disk;
    {
        Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};
        run.spans(5);
        run.drain(1);
    }
    const auto segment = directory.path(segment_name(1));
    const auto bytes = read_file(segment);
    write_file(segment, bytes.substr(0, bytes.size() - 50));  // into the last span but one
    Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};
    run.spans(1);
    CHECK(run.drain(0) == std::vector<std::string>{"span 1", "span 2", "span 3", "span 6"});
    CHECK(dropped(run.to(0), DropReason::crash) == 2);
    CHECK(run.drain(1) == numbered(6, 6));
    CHECK(sum_dropped(run.to(1)) == 0);
    run.second();
    CHECK(files_in(directory.path(), ".seg") == std::vector<std::string>{segment_name(2)});
    check_balance(run.balance());
}

TEST_CASE("a log without its state is booked as received, and its numbers are never given again") {
    TemporaryDirectory directory;
    PosixDisk disk;
    {
        Run run{disk, settings_in(directory.path())};
        run.spans(5);
        run.drain();
    }
    const bool damaged = GENERATE(true, false);
    if (damaged)
        write_file(directory.path("state"), std::string(8192, 'x'));
    else
        std::filesystem::remove(directory.path("state"));
    Run run{disk, settings_in(directory.path())};
    const auto balance = run.balance();
    CHECK(balance.intake.recorded == 5);
    CHECK(balance.intake.events_received == 5);
    CHECK(balance.intake.accepted[10] == 5);
    CHECK(balance.intake.became[0] == 5);
    run.spans(1);
    CHECK(run.drain() == numbered(1, 6));
    check_balance(run.balance());
}

TEST_CASE("without state and without spans the newest header still tells which numbers were given") {
    TemporaryDirectory directory;
    PosixDisk disk;
    {
        Run run{disk, settings_in(directory.path())};
        run.spans(5);
        run.drain();
    }
    { Run{disk, settings_in(directory.path())}.second(); }
    std::filesystem::remove(directory.path("state"));
    Run run{disk, settings_in(directory.path())};
    CHECK(run.balance().intake.recorded == 5);
    CHECK(dropped(run.to(), DropReason::before) == 5);
    run.spans(1);
    CHECK(run.drain() == numbered(6, 6));
    check_balance(run.balance());
}

TEST_CASE("a corrupt record costs itself, and its segment is set aside") {
    TemporaryDirectory directory;
    PosixDisk disk;
    {
        Run run{disk, settings_in(directory.path())};
        run.spans(5);
        run.journal->seal();
    }
    const auto segment = directory.path(segment_name(1));
    auto bytes = read_file(segment);
    bytes[bytes.find("span 3")] = 'S';
    write_file(segment, bytes);
    Run run{disk, settings_in(directory.path())};
    CHECK(run.drain() == std::vector<std::string>{"span 1", "span 2", "span 4", "span 5"});
    CHECK(dropped(run.to(), DropReason::corrupt) == 1);
    run.second();
    CHECK(files_in(directory.path(), ".seg") == std::vector<std::string>{segment_name(2), corrupt_name(1)});
    check_balance(run.balance());
}

TEST_CASE("corrupt segments count into the limit, and the oldest of them go first") {
    TemporaryDirectory directory;
    PosixDisk disk;
    for (int i = 1; i <= 3; ++i)
        write_file(directory.path(corrupt_name(static_cast<std::uint64_t>(i))), std::string(300'000, 'x'));
    Run run{disk, settings_in(directory.path())};
    CHECK(gauges_of(*run.shared).bytes > 900'000);
    run.spans(1);
    run.second();
    CHECK(gauges_of(*run.shared).bytes < 700'000);
    CHECK(files_in(directory.path(), ".seg") ==
          std::vector<std::string>{segment_name(4), corrupt_name(2), corrupt_name(3)});
    CHECK(run.drain() == numbered(1, 1));
}
