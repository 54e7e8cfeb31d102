// Two real threads and a third that scrapes: run it with ThreadSanitizer. And what a span costs: no allocation.
#include <poll.h>

#include <thread>

#include "support/counting_new.h"
#include "unit/journal/journal_fixture.h"

using namespace ordertrace;
using namespace ordertrace::test;

TEST_CASE("spans cost no allocation once the buffers have grown") {
    TemporaryDirectory directory;
    PosixDisk disk;
    auto settings = settings_in(directory.path());
    settings.limit = 64U << 20U;
    Run run{disk, settings};
    const std::string span(500, 'x');
    const auto burst = [&] {
        for (int i = 0; i < 40; ++i) run.journal->add_span(i % 2 == 0 ? "mes" : "crm", TimePoint{}, span);
        run.journal->commit();
    };
    for (int i = 0; i < 4; ++i) burst();
    const auto before = allocations();
    for (int i = 0; i < 100; ++i) burst();
    CHECK(allocations() - before == 0);
}

namespace {

constexpr std::uint64_t total = 20'000;

void intake(Journal& journal, const std::atomic<bool>& pause) {
    std::uint64_t made = 0;
    TimePoint now{};
    while (made < total) {
        while (pause) std::this_thread::yield();
        for (int i = 0; i < 40; ++i, ++made) {
            auto& counters = journal.counters();
            ++counters.events_received;
            ++counters.accepted[0];
            ++counters.became[0];
            journal.add_span("process", now, std::string(200, 'x'));
        }
        journal.add_step_record(2, "step");
        journal.commit();
        if (const auto below = journal.rewrite_steps_below()) journal.rewritten(below);
        now += std::chrono::milliseconds{10};
        if (made % 4000 == 0) journal.tick(now);
    }
}

void wait_for_ring(JournalShared& shared, std::uint64_t seen) {
    if (!prepare_to_sleep(shared, seen)) return;
    pollfd bell{doorbell_fd(shared), POLLIN, 0};
    ::poll(&bell, 1, 10'000);
    woke_up(shared);
}

}  // namespace

TEST_CASE("intake, delivery and a scrape at the same time: every moment adds up") {
    TemporaryDirectory directory;
    PosixDisk disk;
    Run run{disk, settings_in(directory.path()), {"jaeger", "board"}};
    std::atomic<bool> pause{false};
    std::atomic<bool> over{false};
    std::thread writer{[&] { intake(*run.journal, pause); }};
    std::uint64_t bad_moments = 0;
    std::thread scraper{[&] {
        std::uint64_t recorded = 0;
        while (!over) {
            const auto balance = balance_of(*run.shared);
            const auto& now = balance.intake;
            bool good = now.events_received == now.accepted[0] && now.accepted[0] == now.became[0] &&
                        now.recorded == now.became[0] && now.recorded >= recorded;
            for (const auto& to : balance.destinations)
                good = good && to.pending <= now.recorded && to.delivered <= now.recorded;
            bad_moments += good ? 0 : 1;
            recorded = now.recorded;
            (void)gauges_of(*run.shared);
        }
    }};
    std::array<std::uint64_t, 2> delivered{};
    std::array<std::uint64_t, 2> last{};
    bool in_order = true;
    int round = 0;
    Window window;
    while (run.to(0).committed < total || run.to(1).committed < total) {
        for (std::size_t i = 0; i < 2; ++i) {
            if (i == 1 && ++round % 8 != 0 && run.to(0).committed < total) continue;  // a slow destination
            const auto seen = written_number(*run.shared);
            if (!run.readers[i]->read({.max_spans = 500}, window)) {
                if (i == 0 && run.to(0).committed < total) wait_for_ring(*run.shared, seen);
                continue;
            }
            in_order = in_order && window.spans.front().number > last[i];
            last[i] = window.spans.back().number;
            delivered[i] += window.spans.size();
            run.readers[i]->commit(window, 0);
        }
        run.keeper->tidy(TimePoint{});
    }
    writer.join();
    over = true;
    scraper.join();
    CHECK(in_order);
    CHECK(bad_moments == 0);
    CHECK(run.to(0).delivered == delivered[0]);
    CHECK(run.to(1).delivered == delivered[1]);
    CHECK(gauges_of(*run.shared).bytes <= 1U << 20U);
    check_balance(run.balance());
}
