// The records of open steps: replayed in order, appended anew before their segment goes.
#include "unit/journal/journal_fixture.h"

using namespace ordertrace;
using namespace ordertrace::test;

TEST_CASE("step records come back in order, as they were") {
    TemporaryDirectory directory;
    PosixDisk disk;
    {
        Run run{disk, settings_in(directory.path())};
        CHECK(run.journal->add_step_record(2, "opened a") == 1);
        run.spans(1);
        run.journal->add_step_record(4, std::string("noted\0a", 7));
        run.journal->commit();
    }
    {
        Run run{disk, settings_in(directory.path())};
        CHECK(run.journal->add_step_record(3, "closed a") == 2);
        run.journal->commit();
    }
    Run run{disk, settings_in(directory.path())};
    REQUIRE(run.steps.size() == 3);
    CHECK(run.steps[0].kind == 2);
    CHECK(run.steps[0].bytes == "opened a");
    CHECK(run.steps[0].segment == 1);
    CHECK(run.steps[1].bytes == std::string("noted\0a", 7));
    CHECK(run.steps[2].kind == 3);
    CHECK(run.steps[2].segment == 2);
}

TEST_CASE("a passed segment with step records waits until they are appended anew") {
    TemporaryDirectory directory;
    PosixDisk disk;
    {
        Run run{disk, settings_in(directory.path())};
        run.journal->add_step_record(2, "open");
        run.spans(1);
    }
    {
        Run run{disk, settings_in(directory.path())};
        run.drain();
        run.keeper->tidy(TimePoint{});
        CHECK(run.journal->rewrite_steps_below() == 2);
        CHECK(files_in(directory.path(), ".seg").size() == 2);
        run.journal->add_step_record(2, "open");
        run.journal->commit();
        run.journal->rewritten(2);
        CHECK(run.journal->rewrite_steps_below() == 0);
        run.keeper->tidy(TimePoint{});
        CHECK(files_in(directory.path(), ".seg") == std::vector<std::string>{segment_name(2)});
    }
    const Run run{disk, settings_in(directory.path())};
    REQUIRE(run.steps.size() == 1);
    CHECK(run.steps[0].segment == 2);
}

TEST_CASE("open steps outlive a log that is written over many times, at a bounded cost") {
    TemporaryDirectory directory;
    PosixDisk disk;
    const bool delivered = GENERATE(true, false);
    const int steps = GENERATE(100, 480);  // of 1 KB: the steps room takes at most half of the limit
    CAPTURE(delivered, steps);
    {
        Run run{disk, settings_in(directory.path())};
        for (int i = 0; i < steps; ++i) run.open_step("step " + std::to_string(i) + std::string(1000, '.'));
        for (int i = 0; i < 500; ++i) {
            run.spans(10, 1000);
            if (delivered) run.drain();
            run.second();
            REQUIRE(gauges_of(*run.shared).bytes <= 1U << 20U);
        }
        CHECK(run.rewritten_bytes > 0);
        CHECK(run.rewritten_bytes < 10'000'000);  // while 5 MB were written
        check_balance(run.balance());
        if (delivered) CHECK(run.to().delivered == 5000);
    }
    Run run{disk, settings_in(directory.path())};
    std::set<std::string> found;
    for (const auto& step : run.steps) found.insert(step.bytes);
    CHECK(found.size() == static_cast<std::size_t>(steps));
}

TEST_CASE("after a time in memory the open steps begin anew: what was closed there stays closed") {
    TemporaryDirectory directory;
    FakeDisk disk;
    {
        Run run{disk, settings_in(directory.path())};
        run.journal->add_step_record(2, "closed in memory");
        run.open_step("open");
        run.spans(1);
        disk.refuse_writes = true;
        run.journal->add_step_record(3, "closed in memory");
        run.spans(1);
        run.drain();
        disk.refuse_writes = false;
        run.second();
        CHECK(run.journal->rewrite_steps_below() == 0);
    }
    Run run{disk, settings_in(directory.path())};
    REQUIRE(run.steps.size() == 1);
    CHECK(run.steps[0].bytes == "open");
}

TEST_CASE("step records find room where spans no longer do") {
    TemporaryDirectory directory;
    PosixDisk disk;
    {
        Run run{disk, settings_in(directory.path())};
        for (int i = 0; i < 200; ++i) run.spans(10, 1000);  // delivery does not run: full
        run.journal->add_step_record(2, "opened late");
        run.spans(1, 1000);
        CHECK(gauges_of(*run.shared).bytes <= 1U << 20U);
    }
    Run run{disk, settings_in(directory.path())};
    REQUIRE(run.steps.size() == 1);
    CHECK(run.steps[0].bytes == "opened late");
    run.drain();
    CHECK(run.to().pending == 0);
    check_balance(run.balance());
}
