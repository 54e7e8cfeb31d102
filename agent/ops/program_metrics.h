// The metrics that agent and board have alike. Names and meanings of process_* are those of the Prometheus client
// libraries. Pure; at a scrape.
#pragma once

#include "base/time.h"
#include "ops/metric_writer.h"
#include "ops/process_stats.h"

namespace ordertrace {

// Whether the configuration, when it was read last, is in force, and when that was.
void write_config_reads(MetricWriter& out, bool successful, TimePoint at);

void write_program(MetricWriter& out, const ProcessStats& process);

}  // namespace ordertrace
