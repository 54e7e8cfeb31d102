// An exporter on its own loop with a journal in memory, driven by the test: for tests only.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "base/unique_fd.h"
#include "export/exporter.h"
#include "export/jaeger_encoder.h"

namespace ordertrace {

inline std::string encoded(const std::string& name) {
    Span span;
    span.name = name;
    return std::string{JaegerEncoder{}.encode(span)};
}

// A journal in memory: what the test writes, every destination reads.
class FakeJournal : public SpanSupply {
public:
    struct Position {
        std::size_t committed = 0;
        std::uint64_t refused = 0;
        std::vector<std::pair<std::uint64_t, std::string>> set_aside;
    };

    void write(const std::string& name, std::size_t process = 0) {
        spans_.emplace_back(encoded(name), process);
        if (!armed_) return;
        const std::uint64_t one = 1;
        REQUIRE(::write(bell_.get(), &one, sizeof one) == sizeof one);
        armed_ = false;
    }

    std::unique_ptr<SpanSource> source(std::size_t destination) override {
        positions.resize(std::max(positions.size(), destination + 1));
        return std::make_unique<Source>(*this, destination);
    }
    int doorbell() const override { return bell_.get(); }
    void prepare_to_sleep() override {
        armed_ = true;
        ++sleeps;
    }
    void woke_up() override { armed_ = false; }

    std::vector<Position> positions;
    unsigned sleeps = 0;
    bool disk_refuses = false;

private:
    class Source : public SpanSource {
    public:
        Source(FakeJournal& journal, std::size_t destination) : journal_{journal}, destination_{destination} {}
        bool read(const WindowLimits& limits, Window& window) override {
            window.processes = {encode_process("crm", {}), encode_process("mes", {})};
            window.spans.clear();
            for (auto i = here().committed; i < journal_.spans_.size() && window.spans.size() < limits.max_spans; ++i)
                window.spans.push_back({.number = i + 1,
                                        .process = journal_.spans_[i].second,
                                        .start = {},
                                        .bytes = journal_.spans_[i].first});
            return !window.empty();
        }
        void commit(const Window& window, std::uint64_t refused) override {
            here().committed += window.spans.size();
            here().refused += refused;
        }
        std::uint64_t backlog() const override {
            return journal_.spans_.size() - journal_.positions[destination_].committed;
        }
        bool set_aside(const StoredSpan& span, std::string_view batch) override {
            here().set_aside.emplace_back(span.number, batch);
            return !journal_.disk_refuses;
        }

    private:
        Position& here() { return journal_.positions[destination_]; }
        FakeJournal& journal_;
        std::size_t destination_;
    };

    UniqueFd bell_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    std::deque<std::pair<std::string, std::size_t>> spans_;
    bool armed_ = false;
};

inline DestinationSettings to(const std::vector<Url>& urls, const std::string& name = "jaeger") {
    DestinationSettings settings;
    settings.name = name;
    settings.urls = urls;
    settings.max_wait = std::chrono::milliseconds{1};
    settings.retry_first = std::chrono::milliseconds{1};
    settings.retry_max = std::chrono::milliseconds{2};
    return settings;
}

// An exporter on its own loop, driven by the test.
struct Running {
    explicit Running(const std::vector<DestinationSettings>& settings) {
        auto supply = std::make_unique<FakeJournal>();
        journal = supply.get();
        exporter = std::make_unique<Exporter>(
            io.get_executor(), std::move(supply), settings, ProbeBytes{encode_process("probe", {}), encoded("beat")},
            [this](LogSettings::Level, const std::string& line) { log.push_back(line); });
    }
    template <class Condition>
    void until(Condition condition) {
        io.restart();
        while (!condition() && io.run_one_for(std::chrono::seconds{10}) > 0) {}
        CHECK(condition());
    }
    void until_committed(std::size_t count, std::size_t destination = 0) {
        until([&] { return journal->positions[destination].committed == count; });
    }
    void stop(Destination::Clock::duration within = std::chrono::seconds{10}) {
        bool done = false;
        exporter->stop_by(Destination::Clock::now() + within, [&done] { done = true; });
        io.restart();
        io.run();
        CHECK(done);
    }

    boost::asio::io_context io{1};
    FakeJournal* journal = nullptr;
    std::vector<std::string> log;
    std::unique_ptr<Exporter> exporter;
};

}  // namespace ordertrace
