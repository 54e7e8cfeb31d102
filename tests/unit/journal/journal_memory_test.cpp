// When the disk does not take the log: memory, its limit, what a kill takes from it, and the way back.
#include "unit/journal/journal_fixture.h"

using namespace ordertrace;
using namespace ordertrace::test;

TEST_CASE("a full disk turns to memory and back, and nothing is lost") {
    TemporaryDirectory directory;
    FakeDisk disk;
    Run run{disk, settings_in(directory.path())};
    run.spans(3);
    disk.refuse_writes = true;
    run.spans(3);
    CHECK(gauges_of(*run.shared).in_memory);
    CHECK(gauges_of(*run.shared).last_error == "cannot write to the journal in " + directory.path() +
                                                   ": No space left on device; spans are kept in memory until it "
                                                   "works again");
    CHECK(wants_tick(*run.shared));
    run.second();
    CHECK(gauges_of(*run.shared).in_memory);
    CHECK(run.drain() == numbered(1, 6));
    run.spans(2);
    disk.refuse_writes = false;
    run.second();
    CHECK_FALSE(gauges_of(*run.shared).in_memory);
    CHECK(gauges_of(*run.shared).last_error.empty());
    CHECK_FALSE(wants_tick(*run.shared));
    run.spans(2);
    CHECK(run.drain() == numbered(7, 10));
    CHECK(run.to().delivered == 10);
    run.second();
    run.second();
    CHECK(run.balance().intake.memory_from == 0);
    CHECK(files_in(directory.path(), ".seg").size() == 1);
    check_balance(run.balance());
}

TEST_CASE("memory has its limit: the oldest goes as memory_full") {
    TemporaryDirectory directory;
    FakeDisk disk;
    auto settings = settings_in(directory.path());
    Run run{disk, settings};
    disk.refuse_writes = true;
    for (int i = 0; i < 100; ++i) {
        run.spans(10, 1000);
        run.keeper->tidy(TimePoint{});
    }
    const auto lost = dropped(run.to(), DropReason::memory_full);
    CHECK(lost > 700);
    CHECK(lost < 950);
    disk.refuse_writes = false;
    run.second();
    run.spans(1);
    CHECK(run.drain() == numbered(lost + 1, 1001));
    check_balance(run.balance());
}

TEST_CASE("what memory cannot take while delivery holds it is memory_full too") {
    TemporaryDirectory directory;
    FakeDisk disk;
    Run run{disk, settings_in(directory.path())};
    disk.refuse_writes = true;
    for (int i = 0; i < 100; ++i) run.spans(10, 1000);
    disk.refuse_writes = false;
    run.second();
    run.spans(1);
    const auto kept = run.drain();
    CHECK(dropped(run.to(), DropReason::memory_full) == 1001 - kept.size());
    CHECK(sum_dropped(run.to()) == 1001 - kept.size());
    CHECK(run.to().pending == 0);
}

TEST_CASE("what a kill takes from memory is counted as memory at the next start") {
    TemporaryDirectory directory;
    FakeDisk disk;
    {
        Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};
        run.spans(3);
        disk.refuse_writes = true;
        run.spans(4);
        run.drain(0);
    }
    disk.refuse_writes = false;
    {
        Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};
        CHECK(run.balance().intake.recorded == 7);
        CHECK(run.to(0).delivered == 7);
        run.spans(1);
        check_balance(run.balance());
    }
    Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};  // the reason outlives a second kill
    CHECK(run.drain(1) == std::vector<std::string>{"span 1", "span 2", "span 3", "span 8"});
    CHECK(dropped(run.to(1), DropReason::memory) == 4);
    CHECK(run.drain(0) == numbered(8, 8));
    CHECK(sum_dropped(run.to(0)) == 0);
    check_balance(run.balance());
}

TEST_CASE("only what lay in memory is called memory: disk before and after it is delivered") {
    TemporaryDirectory directory;
    FakeDisk disk;
    {
        Run run{disk, settings_in(directory.path())};
        run.spans(2);
        disk.refuse_writes = true;
        run.spans(2);
        disk.refuse_writes = false;
        run.second();
        run.spans(2);
    }
    Run run{disk, settings_in(directory.path())};
    CHECK(run.drain() == std::vector<std::string>{"span 1", "span 2", "span 5", "span 6"});
    CHECK(dropped(run.to(), DropReason::memory) == 2);
    CHECK(sum_dropped(run.to()) == 2);
}

TEST_CASE("half a burst left on the disk is not delivered again after memory delivered it") {
    TemporaryDirectory directory;
    FakeDisk disk;
    {
        Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};
        run.spans(1);
        disk.refuse_writes = disk.refuse_truncate = true;
        run.spans(8);
        CHECK(run.drain(0) == numbered(1, 9));
    }
    disk.refuse_writes = disk.refuse_truncate = false;
    Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};
    run.spans(1);
    CHECK(run.drain(0) == numbered(10, 10));
    const auto rest = run.drain(1);
    CHECK(dropped(run.to(1), DropReason::memory) == 10 - rest.size());
    CHECK(dropped(run.to(1), DropReason::memory) > 0);
    check_balance(run.balance());
}

TEST_CASE("a directory that cannot be used is no error: memory, and back when it can") {
    TemporaryDirectory directory;
    FakeDisk disk;
    disk.refuse_writes = true;
    disk.error = 13;  // EACCES
    const auto path = directory.path("journal");
    Run run{disk, settings_in(path)};
    run.spans(2);
    CHECK(gauges_of(*run.shared).in_memory);
    CHECK(gauges_of(*run.shared).last_error ==
          "cannot create the directory " + path + ": Permission denied; spans are kept in memory until it works again");
    run.second();
    disk.refuse_writes = false;
    run.second();
    CHECK_FALSE(gauges_of(*run.shared).in_memory);
    CHECK(gauges_of(*run.shared).last_error.empty());
    run.spans(1);
    CHECK(run.drain() == numbered(1, 3));
    run.spans(1);
    run.second();
    run.journal.reset();
    run.shared.reset();
    run.keeper.reset();
    run.readers.clear();
    Run after{disk, settings_in(path)};
    CHECK(after.to().delivered == 3);
    CHECK(after.drain() == numbered(4, 4));
    check_balance(after.balance());
}

TEST_CASE("a journal that comes in sight only later is left alone") {
    TemporaryDirectory directory;
    PosixDisk disk;
    const auto path = directory.path("journal");
    { Run{disk, settings_in(path)}.spans(3); }
    std::filesystem::rename(path, directory.path("away"));
    write_file(path, "not a directory");
    Run run{disk, settings_in(path)};
    run.spans(1);
    std::filesystem::remove(path);
    std::filesystem::rename(directory.path("away"), path);
    run.second();
    CHECK(gauges_of(*run.shared).in_memory);
    CHECK(gauges_of(*run.shared).last_error ==
          path +
              " holds the journal of an earlier run that could not be read at the start; spans are kept in memory "
              "until the agent is restarted");
}
