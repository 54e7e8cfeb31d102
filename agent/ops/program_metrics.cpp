#include "ops/program_metrics.h"

namespace ordertrace {

void write_config_reads(MetricWriter& out, bool successful, TimePoint at) {
    out.gauge("ordertrace_config_last_reload_successful", "1 if the configuration last read is in force.");
    out.sample({}, std::uint64_t{successful ? 1U : 0U});
    out.gauge("ordertrace_config_last_reload_timestamp_seconds", "When the configuration was last read.");
    out.sample({}, static_cast<double>(to_micros(at)) / 1e6);
}

void write_program(MetricWriter& out, const ProcessStats& process) {
    out.gauge("ordertrace_build_info", "Always 1; the version is a label.");
    out.sample({{"version", ORDERTRACE_VERSION}}, std::uint64_t{1});
    out.counter("process_cpu_seconds_total", "User and system CPU time spent, in seconds.");
    out.sample({}, process.cpu_seconds);
    out.gauge("process_resident_memory_bytes", "Resident memory size in bytes.");
    out.sample({}, process.resident_bytes);
    out.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.");
    out.sample({}, process.virtual_bytes);
    out.gauge("process_open_fds", "Open file descriptors.");
    out.sample({}, process.open_fds);
    out.gauge("process_max_fds", "Most file descriptors that may be open.");
    out.sample({}, process.max_fds);
    out.gauge("process_start_time_seconds", "When the process started, in seconds since 1970.");
    out.sample({}, process.start_time_seconds);
}

}  // namespace ordertrace
