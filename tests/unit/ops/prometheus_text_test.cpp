#include "ops/prometheus_text.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "ops/metric_writer.h"
#include "unit/ops/snapshot_fixture.h"

using namespace ordertrace;

namespace {

std::string sample_text() {
    return prometheus_text(sample_snapshot(), {.cpu_seconds = 1.25,
                                               .start_time_seconds = 1'795'305'600.5,
                                               .resident_bytes = 8'388'608,
                                               .virtual_bytes = 123'456'789,
                                               .open_fds = 12,
                                               .max_fds = 1024});
}

std::vector<std::string> family_names(const std::string& text) {
    std::vector<std::string> names;
    std::istringstream lines{text};
    const std::string type = "# TYPE ";
    for (std::string line; std::getline(lines, line);)
        if (line.rfind(type, 0) == 0)
            names.push_back(line.substr(type.size(), line.find(' ', type.size()) - type.size()));
    return names;
}

}  // namespace

TEST_CASE("the names of the metrics are frozen") {
    const std::vector<std::string> frozen{"ordertrace_datagrams_received_total",
                                          "ordertrace_datagrams_lost_in_kernel_total",
                                          "ordertrace_datagrams_refused_total",
                                          "ordertrace_events_received_total",
                                          "ordertrace_events_accepted_total",
                                          "ordertrace_events_rejected_total",
                                          "ordertrace_events_became_total",
                                          "ordertrace_events_missing_total",
                                          "ordertrace_span_id_conflicts_total",
                                          "ordertrace_intake_connections",
                                          "ordertrace_intake_refused_total",
                                          "ordertrace_directory_files_total",
                                          "ordertrace_spans_own_total",
                                          "ordertrace_spans_recorded_total",
                                          "ordertrace_spans_delivered_total",
                                          "ordertrace_spans_pending",
                                          "ordertrace_spans_dropped_total",
                                          "ordertrace_journal_bytes",
                                          "ordertrace_journal_limit_bytes",
                                          "ordertrace_journal_in_memory",
                                          "ordertrace_open_steps",
                                          "ordertrace_open_step_oldest_seconds",
                                          "ordertrace_step_duration_seconds",
                                          "ordertrace_export_requests_total",
                                          "ordertrace_export_request_seconds",
                                          "ordertrace_collector_up",
                                          "ordertrace_tls_certificate_expiry_timestamp_seconds",
                                          "ordertrace_receive_buffer_bytes",
                                          "ordertrace_system_last_seen_timestamp_seconds",
                                          "ordertrace_config_last_reload_successful",
                                          "ordertrace_config_last_reload_timestamp_seconds",
                                          "ordertrace_build_info",
                                          "process_cpu_seconds_total",
                                          "process_resident_memory_bytes",
                                          "process_virtual_memory_bytes",
                                          "process_open_fds",
                                          "process_max_fds",
                                          "process_start_time_seconds"};
    CHECK(family_names(sample_text()) == frozen);
    CHECK(family_names(prometheus_text({}, {})) == frozen);
}

TEST_CASE("the whole text is as the golden file has it") {
    std::ifstream file{ORDERTRACE_SOURCE_DIR "/tests/unit/ops/prometheus_golden.txt"};
    std::stringstream golden;
    golden << file.rdbuf();
    CHECK(sample_text() == golden.str());
}

TEST_CASE("every label of the balance is there from the first scrape on") {
    AgentSnapshot agent;
    agent.balance.destinations = {{.name = "jaeger"}};
    const auto text = prometheus_text(agent, {});
    for (const char* sample :
         {"ordertrace_events_accepted_total{verb=\"other\"} 0\n",
          "ordertrace_events_rejected_total{reason=\"json\"} 0\n",
          "ordertrace_events_became_total{what=\"refused\"} 0\n", "ordertrace_spans_own_total{record=\"beat\"} 0\n",
          "ordertrace_spans_delivered_total{to=\"jaeger\"} 0\n", "ordertrace_spans_pending{to=\"jaeger\"} 0\n",
          "ordertrace_spans_dropped_total{to=\"jaeger\",reason=\"before\"} 0\n"}) {
        CAPTURE(sample);
        CHECK(text.find(sample) != std::string::npos);
    }
}

TEST_CASE("numbers and labels are spelled as the text format wants") {
    MetricWriter out;
    out.gauge("a", "Help.");
    out.sample({}, 28'800.0);
    out.sample({}, 1'795'305'600.25);
    out.sample({}, 0.000001);
    out.sample({{"step", "a\\b\"c\nd\xFF"}, {"to", "ЗК"}}, std::uint64_t{18'446'744'073'709'551'615U});
    CHECK(out.take() ==
          "# HELP a Help.\n# TYPE a gauge\n"
          "a 28800\na 1795305600.25\na 0.000001\n"
          "a{step=\"a\\\\b\\\"c\\nd\xEF\xBF\xBD\",to=\"ЗК\"} 18446744073709551615\n");
}

TEST_CASE("a histogram without observations is all zeros") {
    MetricWriter out;
    out.histogram("h", "Help.");
    const std::array<double, 2> bounds{0.1, 1};
    out.buckets({}, bounds, {}, 0);
    CHECK(out.take() ==
          "# HELP h Help.\n# TYPE h histogram\n"
          "h_bucket{le=\"0.1\"} 0\nh_bucket{le=\"1\"} 0\nh_bucket{le=\"+Inf\"} 0\nh_sum 0\nh_count 0\n");
}

TEST_CASE("the process is described by what the kernel knows of it") {
    const auto process = read_process_stats();
    CHECK(process.cpu_seconds >= 0);
    CHECK(process.resident_bytes > 0);
    CHECK(process.virtual_bytes >= process.resident_bytes);
    CHECK(process.open_fds >= 3);
    CHECK(process.max_fds >= process.open_fds);
    CHECK(process.start_time_seconds > 1'600'000'000);

    const std::ifstream one_more{"/dev/null"};
    CHECK(read_process_stats().open_fds == process.open_fds + 1);
}
