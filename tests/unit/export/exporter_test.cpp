#include "export/exporter.h"

#include <catch2/catch.hpp>

#include "unit/export/batch_reader.h"
#include "unit/export/exporter_fixture.h"
#include "unit/export/fake_collector.h"

using namespace ordertrace;
using namespace std::chrono_literals;
using After = FakeCollector::Reply::After;

namespace {

FakeCollector::Reply accept_it(const FakeCollector::Request&) { return {}; }

bool holds(const FakeCollector::Request& request, const std::string& name) {
    const auto names = read_batch(request.body).names;
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> delivered(const FakeCollector& collector) {
    std::vector<std::string> all;
    for (const auto& request : collector.requests())
        for (const auto& name : read_batch(request.body).names) all.push_back(name);
    return all;
}

}  // namespace

TEST_CASE("what is written is delivered in batches by process, and the position moves") {
    FakeCollector collector{accept_it};
    Running running{{to({collector.url()})}};
    running.journal->write("a");
    running.journal->write("b", 1);
    running.journal->write("c");
    running.exporter->start();
    running.until_committed(3);
    const auto requests = collector.requests();
    REQUIRE(requests.size() == 2);
    CHECK(read_batch(requests[0].body).names == std::vector<std::string>{"a", "c"});
    CHECK(read_batch(requests[1].body).service == "mes");

    running.until([&] { return running.journal->sleeps > 0; });
    running.io.poll();
    running.journal->write("d");  // rings the bell
    running.until_committed(4);
    const auto numbers = running.exporter->numbers();
    REQUIRE(numbers.size() == 1);
    CHECK(numbers[0].name == "jaeger");
    CHECK(numbers[0].up == true);
    CHECK(numbers[0].requests == std::map<std::string, std::uint64_t, std::less<>>{{"202", 3}});
    CHECK(numbers[0].request_buckets.back() == 3);
    CHECK(numbers[0].last_error.empty());
    CHECK(running.log.empty());
    running.stop();
}

TEST_CASE("a refused span is set aside with its number, the rest is delivered") {
    const bool disk_refuses = GENERATE(false, true);
    FakeCollector collector{[](const FakeCollector::Request& request) {
        return holds(request, "poison") ? FakeCollector::answer(400, "no") : FakeCollector::Reply{};
    }};
    Running running{{to({collector.url()})}};
    running.journal->disk_refuses = disk_refuses;
    for (const char* name : {"a", "b", "poison", "c"}) running.journal->write(name);
    running.exporter->start();
    running.until_committed(4);
    const auto& position = running.journal->positions[0];
    CHECK(position.refused == 1);
    REQUIRE(position.set_aside.size() == 1);
    CHECK(position.set_aside[0].first == 3);
    CHECK(read_batch(position.set_aside[0].second).names == std::vector<std::string>{"poison"});
    const std::string why = collector.url().text +
                            ": answered 400: \"no\"; is this a Jaeger collector's Thrift port, and does the url say "
                            "https where it speaks TLS?";
    CHECK(running.log ==
          std::vector<std::string>{
              disk_refuses
                  ? "destination jaeger: one span is refused and set aside, but the disk did not take "
                    "rejected/jaeger-3.thrift: " +
                        why
                  : "destination jaeger: one span is refused and set aside as rejected/jaeger-3.thrift: " + why});
    running.stop();
}

TEST_CASE("while everything is refused all stays, and goes when it is taken again") {
    std::atomic<bool> refuse{true};
    FakeCollector collector{[&refuse](const FakeCollector::Request&) {
        return refuse ? FakeCollector::answer(400, "no", After::close) : FakeCollector::Reply{};
    }};
    Running running{{to({collector.url()})}};
    for (const char* name : {"a", "b"}) running.journal->write(name);
    running.exporter->start();
    running.until([&] { return collector.requests().size() >= 8; });
    CHECK(running.journal->positions[0].committed == 0);
    CHECK(running.journal->positions[0].set_aside.empty());
    CHECK(running.exporter->numbers()[0].up == false);
    CHECK_FALSE(running.exporter->numbers()[0].last_error.empty());
    refuse = false;
    running.until_committed(2);
    CHECK(running.journal->positions[0].refused == 0);
    running.stop();
}

TEST_CASE("a destination that is down does not delay another, nor the end") {
    FakeCollector good{accept_it};
    boost::asio::io_context io{1};
    const boost::asio::ip::tcp::socket held{io, {boost::asio::ip::address_v4::loopback(), 0}};
    const Url closed{.host = "127.0.0.1", .port = held.local_endpoint().port(), .text = "http://closed/"};
    Running running{{to({closed}, "down"), to({good.url()}, "good")}};
    running.journal->write("a");
    running.exporter->start();
    running.until_committed(1, 1);
    running.until([&] { return !running.log.empty(); });
    CHECK(running.log[0] ==
          "destination down: is down: http://closed/: connection refused; is the collector running and listening "
          "there?; spans wait in the journal");
    running.journal->write("b");
    running.stop();
    CHECK(delivered(good) == std::vector<std::string>{"a", "b"});
    CHECK(running.journal->positions[0].committed == 0);
    CHECK(running.journal->positions[1].committed == 2);
}

TEST_CASE("the end waits for an answer until its deadline only, and the window stays") {
    FakeCollector collector{[](const FakeCollector::Request&) { return FakeCollector::Reply{.bytes = ""}; }};
    Running running{{to({collector.url()})}};
    running.journal->write("a");
    running.exporter->start();
    running.until([&] { return !collector.requests().empty(); });
    running.stop(50ms);
    CHECK(running.journal->positions[0].committed == 0);
}

TEST_CASE("the end delivers what was just written") {
    FakeCollector collector{accept_it};
    auto settings = to({collector.url()});
    settings.max_wait = 1h;
    settings.max_spans = 2;
    Running running{{settings}};
    running.exporter->start();
    running.until([&] { return running.journal->sleeps > 0; });
    running.io.poll();
    for (const char* name : {"a", "b", "c"}) running.journal->write(name);
    running.stop();
    CHECK(delivered(collector) == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("a new url is used at once, even within a pause") {
    boost::asio::io_context io{1};
    const boost::asio::ip::tcp::socket held{io, {boost::asio::ip::address_v4::loopback(), 0}};
    const Url closed{.host = "127.0.0.1", .port = held.local_endpoint().port(), .text = "http://closed/"};
    auto settings = to({closed});
    settings.retry_first = settings.retry_max = 1h;
    Running running{{settings}};
    running.journal->write("a");
    running.exporter->start();
    running.until([&] { return !running.log.empty(); });
    FakeCollector collector{accept_it};
    running.exporter->reconfigure({to({collector.url()}, "another"), to({collector.url()})});
    running.until_committed(1);
    running.stop();
}

TEST_CASE("the next url takes over") {
    FakeCollector collector{accept_it};
    FakeCollector broken{[](const FakeCollector::Request&) { return FakeCollector::answer(404); }};
    Running running{{to({broken.url(), collector.url()})}};
    running.journal->write("a");
    running.exporter->start();
    running.until_committed(1);
    CHECK(delivered(collector) == std::vector<std::string>{"a"});
    running.stop();
}

TEST_CASE("batches are compressed on request, the probe never is") {
    FakeCollector collector{[](const FakeCollector::Request& request) {
        const bool gzip = request.head.find("Content-Encoding: gzip") != std::string::npos;
        return gzip ? FakeCollector::answer(202) : FakeCollector::answer(500);
    }};
    auto settings = to({collector.url()});
    settings.compression = DestinationSettings::Compression::gzip;
    Running running{{settings}};
    running.journal->write("a");
    running.exporter->start();
    running.until_committed(1);
    CHECK(read_batch(inflated(collector.requests()[0].body)).names == std::vector<std::string>{"a"});
    running.stop();
}

TEST_CASE("what a window could not take follows at once") {
    FakeCollector collector{accept_it};
    auto settings = to({collector.url()});
    settings.max_wait = 1h;
    settings.max_spans = 2;
    Running running{{settings}};
    for (const char* name : {"a", "b", "c"}) running.journal->write(name);
    running.exporter->start();
    running.until_committed(3);
    CHECK(collector.requests().size() == 2);
    running.stop();
}

TEST_CASE("a window grows while a request is in flight") {
    FakeJournal* journal = nullptr;
    std::atomic<bool> hold{true};
    FakeCollector collector{[&hold](const FakeCollector::Request&) {
        while (hold) std::this_thread::yield();
        return FakeCollector::Reply{};
    }};
    Running running{{to({collector.url()})}};
    journal = running.journal;
    journal->write("0");
    running.exporter->start();
    running.until([&] { return !collector.requests().empty(); });
    for (int i = 1; i <= 50; ++i) journal->write(std::to_string(i));
    hold = false;
    running.until_committed(51);
    CHECK(collector.requests().size() == 2);
    running.stop();
}
