#include "unit/journal/journal_fixture.h"

using namespace ordertrace;
using namespace ordertrace::test;

TEST_CASE("what is committed is delivered, in order, to each destination at its own pace") {
    TemporaryDirectory directory;
    PosixDisk disk;
    Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};
    run.spans(3);
    CHECK(run.drain(0) == numbered(1, 3));
    run.spans(2);
    CHECK(run.drain(1) == numbered(1, 5));
    CHECK(run.drain(0) == numbered(4, 5));
    CHECK(run.to(0).delivered == 5);
    CHECK(run.to(1).delivered == 5);
    CHECK(run.to(1).pending == 0);
    check_balance(run.balance());
}

TEST_CASE("what is added and not committed is neither seen nor counted") {
    TemporaryDirectory directory;
    PosixDisk disk;
    Run run{disk, settings_in(directory.path())};
    run.spans(1);
    run.span("later");
    CHECK(run.drain() == numbered(1, 1));
    CHECK(run.balance().intake.recorded == 1);
}

TEST_CASE("a long burst is written in pieces and seen as a whole at its commit") {
    TemporaryDirectory directory;
    PosixDisk disk;
    Run run{disk, settings_in(directory.path())};
    for (int i = 0; i < 400; ++i) run.span("span " + std::to_string(i + 1) + std::string(1000, '.'));
    Window window;
    CHECK_FALSE(run.readers[0]->read({}, window));
    check_balance(run.balance());
    run.journal->commit();
    CHECK(run.drain() == numbered(1, 400));
}

TEST_CASE("a window keeps its limits") {
    TemporaryDirectory directory;
    PosixDisk disk;
    Run run{disk, settings_in(directory.path())};
    using std::chrono::hours;
    run.span("a", TimePoint{hours{0}}, "crm");
    run.span("bb", TimePoint{hours{10}}, "mes");
    run.span("ccc", TimePoint{hours{-50}}, "crm");
    run.span("dddd", TimePoint{hours{0}}, "mes");
    run.journal->commit();
    struct Row {
        const char* name;
        WindowLimits limits;
        std::size_t want;
    };
    const auto row = GENERATE(values<Row>({{"all", {}, 4},
                                           {"by spans", {.max_spans = 2}, 2},
                                           {"by bytes", {.max_bytes = 6}, 3},
                                           {"one span is always taken", {.max_bytes = 0}, 1},
                                           {"by start times", {.max_start_range = hours{59}}, 2},
                                           {"just within", {.max_start_range = hours{60}}, 4}}));
    CAPTURE(row.name);
    Window window;
    REQUIRE(run.readers[0]->read(row.limits, window));
    CHECK(window.spans.size() == row.want);
    CHECK(window.spans[0].bytes == "a");
    CHECK(window.spans[0].number == 1);
    CHECK(window.processes.at(window.spans[0].process) == "crm");
    if (row.want > 1) CHECK(window.processes.at(window.spans[1].process) == "mes");
}

TEST_CASE("a window that was not committed is read again; a commit of an older one says nothing") {
    TemporaryDirectory directory;
    PosixDisk disk;
    Run run{disk, settings_in(directory.path())};
    run.spans(3);
    Window first;
    Window again;
    REQUIRE(run.readers[0]->read({.max_spans = 2}, first));
    REQUIRE(run.readers[0]->read({}, again));
    CHECK(again.spans.size() == 3);
    run.readers[0]->commit(first, 0);
    CHECK(run.to().pending == 3);
    run.readers[0]->commit(again, 1);
    CHECK(run.to().delivered == 2);
    CHECK(dropped(run.to(), DropReason::refused) == 1);
    check_balance(run.balance());
}

TEST_CASE("counters and positions go on after a stop, and after a kill") {
    TemporaryDirectory directory;
    PosixDisk disk;
    const bool sealed = GENERATE(true, false);
    CAPTURE(sealed);
    {
        Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};
        run.spans(4);
        CHECK(run.drain(0).size() == 4);
        run.journal->counters().datagrams_received = 77;
        run.spans(2);
        if (sealed) run.journal->seal();
    }
    Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};
    CHECK(run.balance().intake.recorded == 6);
    CHECK(run.balance().intake.datagrams_received == 77);
    CHECK(run.to(0).pending == 2);
    CHECK(run.to(1).pending == 6);
    run.spans(1);
    CHECK(run.drain(0) == numbered(5, 7));
    CHECK(run.drain(1) == numbered(1, 7));
    check_balance(run.balance());
}

TEST_CASE("a new destination begins at the oldest span in the log") {
    TemporaryDirectory directory;
    PosixDisk disk;
    {
        Run run{disk, settings_in(directory.path())};
        run.spans(3);
        run.drain();
    }
    {
        Run run{disk, settings_in(directory.path())};  // the old segment is passed and goes
        run.second();
        run.spans(2);
    }
    Run run{disk, settings_in(directory.path()), {"board", "jaeger"}};
    CHECK(dropped(run.to(0), DropReason::before) == 3);
    CHECK(run.drain(0) == numbered(4, 5));
    CHECK(run.drain(1) == numbered(4, 5));
    check_balance(run.balance());
}

TEST_CASE("a destination that left the configuration is named with what it had to come, and holds nothing back") {
    TemporaryDirectory directory;
    PosixDisk disk;
    {
        Run run{disk, settings_in(directory.path()), {"jaeger", "old"}};
        run.spans(3);
        run.drain(0);
    }
    Run run{disk, settings_in(directory.path())};
    REQUIRE(run.journal->forgotten().size() == 1);
    CHECK(run.journal->forgotten()[0].name == "old");
    CHECK(run.journal->forgotten()[0].pending == 3);
    run.second();
    CHECK(files_in(directory.path(), ".seg").size() == 1);
}

TEST_CASE("a second agent in the same directory is refused") {
    TemporaryDirectory directory;
    PosixDisk disk;
    const Run run{disk, settings_in(directory.path())};
    const auto second = Journal::open(settings_in(directory.path()), disk, {"jaeger"}, TimePoint{});
    REQUIRE_FALSE(second);
    CHECK(second.error().message == "another agent (pid " + std::to_string(::getpid()) + ") uses the journal in " +
                                        directory.path() + "; give each agent its own journal.directory");
}

TEST_CASE("destinations the state page cannot hold are refused") {
    TemporaryDirectory directory;
    PosixDisk disk;
    const auto message = [&](const std::vector<std::string>& names) {
        const auto opened = Journal::open(settings_in(directory.path()), disk, names, TimePoint{});
        return opened ? std::string{"opened"} : opened.error().message;
    };
    CHECK(message({"a", "b", "c", "d", "e", "f", "g", "h"}) == "opened");
    CHECK(message({"a", "b", "c", "d", "e", "f", "g", "h", "i"}) ==
          "the journal keeps positions for at most 8 destinations; remove some from `export`");
    CHECK(message({"a", "a"}) == "two destinations are named `a`; give each its own name in `export`");
    const std::string name(64, 'x');
    CHECK(message({name}) == "the name of a destination has 1 to 63 bytes; rename `" + name + "` in `export`");
}

TEST_CASE("the directory and its files belong to the agent alone") {
    TemporaryDirectory directory;
    PosixDisk disk;
    const auto path = directory.path("a/b");
    const Run run{disk, settings_in(path)};
    const auto mode = [](const std::string& file) {
        struct stat about{};
        REQUIRE(::stat(file.c_str(), &about) == 0);
        return about.st_mode & 0777U;
    };
    CHECK(mode(path) == 0700);
    CHECK(mode(path + "/state") == 0600);
    CHECK(mode(path + "/lock") == 0600);
    CHECK(mode(path + "/" + segment_name(1)) == 0600);
}

TEST_CASE("a span set aside lies in rejected/ and counts into the limit") {
    TemporaryDirectory directory;
    PosixDisk disk;
    Run run{disk, settings_in(directory.path()), {"ja.eger"}};
    run.spans(1);
    Window window;
    REQUIRE(run.readers[0]->read({}, window));
    const auto before = gauges_of(*run.shared).bytes;
    CHECK(run.readers[0]->set_aside(window.spans[0], "a batch"));
    CHECK(run.readers[0]->set_aside(window.spans[0], "a batch"));
    CHECK(gauges_of(*run.shared).bytes == before + 7);
    CHECK_FALSE(run.readers[0]->set_aside(window.spans[0], std::string(2U << 20U, 'x')));  // over the limit
    CHECK(run.readers[0]->set_aside(window.spans[0], "a batch"));
    run.readers[0]->commit(window, 1);
    CHECK(read_file(directory.path("rejected/ja_eger-1.thrift")) == "a batch");
    CHECK(dropped(run.to(), DropReason::refused) == 1);
    check_balance(run.balance());
}

TEST_CASE("delivery sleeps only when there is nothing it has not seen, and a commit wakes it") {
    TemporaryDirectory directory;
    PosixDisk disk;
    Run run{disk, settings_in(directory.path())};
    const auto rung = [&] {
        std::uint64_t rings = 0;
        return ::read(doorbell_fd(*run.shared), &rings, sizeof rings) == sizeof rings;
    };
    run.spans(1);
    CHECK_FALSE(rung());
    CHECK_FALSE(prepare_to_sleep(*run.shared, 0));
    CHECK(prepare_to_sleep(*run.shared, written_number(*run.shared)));
    run.journal->commit();
    CHECK_FALSE(rung());
    run.spans(1);
    CHECK(rung());
    woke_up(*run.shared);
    run.spans(1);
    CHECK_FALSE(rung());
}

TEST_CASE("what an earlier run left wakes delivery once it can be read") {
    TemporaryDirectory directory;
    PosixDisk disk;
    { Run{disk, settings_in(directory.path())}.spans(1); }
    Run run{disk, settings_in(directory.path()), {"jaeger"}, false};
    CHECK(run.readers[0]->backlog() == 0);
    CHECK(prepare_to_sleep(*run.shared, written_number(*run.shared)));
    run.replay();
    std::uint64_t rings = 0;
    CHECK(::read(doorbell_fd(*run.shared), &rings, sizeof rings) == sizeof rings);
    CHECK(run.readers[0]->backlog() == 1);
}
