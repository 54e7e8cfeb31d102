#include "rabbitmq_metrics.h"

#include "ops/metric_writer.h"
#include "ops/process_stats.h"

namespace ordertrace {
namespace {

template <std::size_t N>
void family(MetricWriter& out, std::string_view label, const std::array<std::string_view, N>& names,
            const std::array<RabbitNumbers::Count, N>& counts) {
    for (std::size_t i = 0; i < N; ++i) out.sample({{label, names.at(i)}}, counts.at(i).load());
}

void messages(MetricWriter& out, const RabbitNumbers& numbers) {
    out.counter("ordertrace_rabbitmq_messages_received_total", "Messages taken out of the queue.");
    family(out, "kind", RabbitNumbers::kinds, numbers.messages);
    out.counter("ordertrace_rabbitmq_messages_became_total", "What the messages became: lines, or why not.");
    family(out, "what", RabbitNumbers::outcomes, numbers.became);
    out.counter("ordertrace_rabbitmq_messages_acknowledged_total", "Messages the broker may forget.");
    out.sample({}, numbers.acknowledged.load());
    out.gauge("ordertrace_rabbitmq_messages_pending", "Messages taken and not acknowledged yet.");
    out.sample({}, numbers.messages_pending.load());
    out.counter("ordertrace_rabbitmq_lost_total",
                "Messages, at least, that are gone untold: from the queue over a lost connection, from the queue while "
                "it was read, or given up for an agent that does not keep up.");
    family(out, "while", RabbitNumbers::losses, numbers.lost);
    out.gauge("ordertrace_rabbitmq_queue_messages", "Messages that wait in the queue, at the last look.");
    out.sample({}, numbers.waiting.load());
}

void lines(MetricWriter& out, const RabbitNumbers& numbers) {
    out.counter("ordertrace_rabbitmq_lines_made_total", "Lines made of messages.");
    out.sample({}, numbers.lines_made.load());
    out.counter("ordertrace_rabbitmq_lines_taken_total", "Lines the agent has taken.");
    out.sample({}, numbers.lines_taken.load());
    out.counter("ordertrace_rabbitmq_lines_refused_total", "Lines the agent has refused.");
    out.sample({}, numbers.lines_refused.load());
    out.counter("ordertrace_rabbitmq_lines_given_up_total", "Lines of messages that were given up.");
    out.sample({}, numbers.lines_given_up.load());
    out.gauge("ordertrace_rabbitmq_lines_pending", "Lines the agent has not taken yet.");
    out.sample({}, numbers.lines_pending.load());
}

void sides(MetricWriter& out, const RabbitNumbers& numbers) {
    out.gauge("ordertrace_rabbitmq_broker_up", "1 while connected to the broker.");
    out.sample({}, std::uint64_t{numbers.broker_up ? 1U : 0U});
    out.counter("ordertrace_rabbitmq_connections_total", "Connections to the broker that were made.");
    out.sample({}, numbers.connections.load());
    out.counter("ordertrace_rabbitmq_connections_failed_total", "Connections to the broker that failed.");
    out.sample({}, numbers.connections_failed.load());
    out.gauge("ordertrace_rabbitmq_agent_up", "1 if the agent took the last post.");
    out.sample({}, std::uint64_t{numbers.agent_up ? 1U : 0U});
    out.counter("ordertrace_rabbitmq_posts_total", "Posts to the agent.");
    out.sample({}, numbers.posts.load());
    out.counter("ordertrace_rabbitmq_posts_failed_total", "Posts to the agent that are made again.");
    out.sample({}, numbers.posts_failed.load());
}

void process(MetricWriter& out, const ProcessStats& stats) {
    out.gauge("ordertrace_build_info", "The program's version.");
    out.sample({{"version", ORDERTRACE_VERSION}}, std::uint64_t{1});
    out.counter("process_cpu_seconds_total", "User and system CPU time spent, in seconds.");
    out.sample({}, stats.cpu_seconds);
    out.gauge("process_resident_memory_bytes", "Resident memory size in bytes.");
    out.sample({}, stats.resident_bytes);
    out.gauge("process_open_fds", "Open file descriptors.");
    out.sample({}, stats.open_fds);
    out.gauge("process_start_time_seconds", "When the process started, in seconds since 1970.");
    out.sample({}, stats.start_time_seconds);
}

}  // namespace

std::string rabbitmq_metrics(const RabbitNumbers& numbers) {
    MetricWriter out;
    messages(out, numbers);
    lines(out, numbers);
    sides(out, numbers);
    process(out, read_process_stats());
    return out.take();
}

}  // namespace ordertrace
