// The whole way of a line on the intake thread, from the datagram's bytes to the journal on disk.
#include "pipeline.h"

#include <arpa/inet.h>

#include <catch2/catch.hpp>
#include <cstring>

#include "journal/disk.h"
#include "journal/journal_reader.h"
#include "support/counting_new.h"
#include "support/temporary_directory.h"

using namespace ordertrace;

namespace {

sockaddr_storage sender(const char* host) {
    sockaddr_in in4{};
    in4.sin_family = AF_INET;
    in4.sin_port = htons(4711);
    ::inet_pton(AF_INET, host, &in4.sin_addr);
    sockaddr_storage storage{};
    std::memcpy(&storage, &in4, sizeof in4);
    return storage;
}

struct Agent {
    TemporaryDirectory folder;
    AgentSettings settings;
    PosixDisk disk;
    RejectLog rejects;
    std::unique_ptr<Journal> journal;
    std::unique_ptr<Pipeline> pipeline;
    TimePoint now = from_micros(1'795'305'600'000'000);

    explicit Agent(std::vector<Cidr> allow_from = {}) {
        settings.system = "mes";
        settings.name_space = "shop";
        settings.journal.directory = folder.path("journal");
        settings.listen.front().allow_from = std::move(allow_from);
        journal = Journal::open(settings.journal, disk, {"jaeger"}, now).value();
        pipeline =
            std::make_unique<Pipeline>(settings, std::vector<ListenerIdentity>{{}}, "host", now, *journal, rejects);
        pipeline->restore();
    }
    void take(std::string_view datagram, const char* from = "127.0.0.1") {
        const auto address = sender(from);
        now += Duration{100};
        pipeline->datagram(0, datagram, address, now);
        pipeline->burst_end(0, 1, 0);
    }
    Parcel& take(Parcel& parcel) {
        parcel.arrived = now;
        while (!pipeline->parcel(parcel)) {}
        return parcel;
    }
    Balance balance() const { return balance_of(*journal->shared()); }
};

}  // namespace

TEST_CASE("a span line costs no allocation from the datagram to the disk") {
    Agent agent;
    const std::string_view line =
        "ord1 span 10042 step=cut_panel ms=12 res=fail id=op-7 seq=17 _material=oak _weight:f=1.5 :saw stopped";
    for (int i = 0; i < 12'000; ++i) agent.take(line);  // the memory of written spans is full then
    const auto before = test::allocations();
    for (int i = 0; i < 2'000; ++i) agent.take(line);
    const auto counted = test::allocations() - before;
    CHECK(counted == 0);
    CHECK(agent.balance().intake.recorded == 14'000);
}

TEST_CASE("every line is accepted or rejected, and every accepted one became something") {
    Agent agent;
    agent.take("ord1 start 1 step=a\nord1 note 1 :remark\nord1 end 1 step=a\nord1 beat -\nord1 beat -");
    agent.take("ord1 end 1 step=a t=1795305600000000\nord1 end 1 step=a t=1795305600000000");
    agent.take("nonsense");
    agent.take("ord2 end 1 step=a");
    agent.take("ord1 frobnicate 1");
    const auto balance = agent.balance().intake;
    CHECK(balance.datagrams_received == 5);
    CHECK(balance.events_received == 10);
    CHECK(balance.rejected[static_cast<std::size_t>(RejectReason::marker)] == 1);
    CHECK(balance.rejected[static_cast<std::size_t>(RejectReason::version)] == 1);
    CHECK(balance.accepted[static_cast<std::size_t>(Verb::other)] == 1);
    CHECK(balance.became[static_cast<std::size_t>(Became::span)] == 3);
    CHECK(balance.became[static_cast<std::size_t>(Became::opened)] == 1);
    CHECK(balance.became[static_cast<std::size_t>(Became::attached)] == 1);
    CHECK(balance.became[static_cast<std::size_t>(Became::seen)] == 2);
    CHECK(balance.became[static_cast<std::size_t>(Became::duplicate)] == 1);
    CHECK(agent.rejects.copy().size() == 2);
    CHECK(agent.rejects.copy().front().from == "127.0.0.1:4711");
}

TEST_CASE("a sender outside allow_from is not read, and counted") {
    Cidr range{.text = "10.1.0.0/16", .prefix = 96 + 16};
    range.network = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 1, 0, 0};
    Agent agent{{range}};
    agent.take("ord1 span 1 step=a", "10.1.255.7");
    agent.take("ord1 span 2 step=a", "10.2.0.7");
    agent.take("ord1 span 3 step=a", "127.0.0.1");
    CHECK(agent.balance().intake.events_received == 1);
    CHECK(agent.balance().intake.datagrams_received == 3);
    CHECK(agent.pipeline->datagrams_refused() == 2);
}

TEST_CASE("open steps survive a restart of the process") {
    Agent agent;
    agent.take("ord1 start 1 step=a id=7");
    agent.pipeline.reset();
    agent.journal.reset();  // as after a kill: nothing is sealed
    agent.journal = Journal::open(agent.settings.journal, agent.disk, {"jaeger"}, agent.now).value();
    agent.pipeline = std::make_unique<Pipeline>(agent.settings, std::vector<ListenerIdentity>{{}}, "host", agent.now,
                                                *agent.journal, agent.rejects);
    agent.pipeline->restore();
    CHECK(agent.pipeline->steps().open_steps() == 1);
    agent.take("ord1 end 1 step=a id=7");
    CHECK(agent.pipeline->steps().open_steps() == 0);
    CHECK(agent.balance().intake.became[static_cast<std::size_t>(Became::span)] == 1);
    CHECK(agent.balance().intake.events_received == 2);
}

TEST_CASE("a parcel is read in parts, each in the journal with its place in the file") {
    Agent agent;
    const std::string line = "ord1 span 1 step=a _x=" + std::string(100, 'x') + "\n";
    Parcel parcel;
    parcel.file = "a.ord";
    parcel.place = FilePlace{.inode = 7, .modified_ns = 8, .offset = 1000};
    for (int i = 0; i < 1000; ++i) parcel.text += line;
    std::size_t parts = 0;
    for (bool done = false; !done; ++parts) {
        done = agent.pipeline->parcel(parcel);
        const auto intake = agent.balance().intake;
        CHECK(intake.files[0] == FilePlace{.inode = 7, .modified_ns = 8, .offset = 1000 + parcel.read_up_to});
        CHECK(intake.events_received * line.size() == parcel.read_up_to);
        CHECK(intake.recorded == intake.events_received);
    }
    CHECK(parts > 10);
    CHECK(parcel.outcome.accepted == 1000);
    Parcel forget;
    forget.place = FilePlace{};
    agent.take(forget);
    CHECK(agent.balance().intake.files[0] == FilePlace{});
    CHECK(agent.balance().intake.datagrams_received == 0);
}

TEST_CASE("a parcel's bad lines are told by number and reason, the first of them") {
    Agent agent;
    Parcel parcel;
    parcel.file = std::string(100, 'f');
    parcel.text = "ord1 span 1 step=a\nord2 x\n\nord1 start\nord1 beat -\n";
    const auto& outcome = agent.take(parcel).outcome;
    CHECK(outcome.accepted == 2);
    CHECK(outcome.rejected == 2);
    REQUIRE(outcome.bad_lines.size() == 2);
    CHECK(outcome.bad_lines[0].line == 2);
    CHECK(outcome.bad_lines[0].reason == RejectReason::version);
    CHECK(outcome.bad_lines[1].line == 4);
    CHECK(outcome.bad_lines[1].reason == RejectReason::order);
    CHECK(agent.rejects.copy().front().from == std::string(64, 'f'));
    CHECK(agent.rejects.copy().front().text == "ord2 x");

    Parcel bad;
    for (int i = 0; i < 1000; ++i) bad.text += "ord2 x\n";
    agent.take(bad);
    CHECK(bad.outcome.rejected == 1000);
    CHECK(bad.outcome.bad_lines.size() == ParcelOutcome::most_bad_lines);
    CHECK(bad.outcome.bad_lines.back().line == 100);
}

TEST_CASE("the place in a file is known after a restart, by the listener that reads it then") {
    Agent agent;
    Parcel parcel;
    parcel.text = "ord1 span 1 step=a\n";
    parcel.place = FilePlace{.inode = 7, .modified_ns = 8, .offset = 0};
    agent.take(parcel);
    agent.pipeline.reset();
    agent.journal.reset();  // as after a kill
    agent.journal = Journal::open(agent.settings.journal, agent.disk, {"jaeger"}, agent.now).value();
    const auto stored = agent.journal->counters().files[0];
    CHECK(stored == FilePlace{.inode = 7, .modified_ns = 8, .offset = 19});
    std::vector<ListenerIdentity> listeners(2);
    listeners[1].file = stored;
    agent.settings.listen.resize(2);
    agent.pipeline =
        std::make_unique<Pipeline>(agent.settings, listeners, "host", agent.now, *agent.journal, agent.rejects);
    agent.pipeline->restore();
    CHECK(agent.balance().intake.files[0] == FilePlace{});
    CHECK(agent.balance().intake.files[1] == stored);
}
