// The agent's numbers in the Prometheus text format 0.0.4. Names are frozen: dashboards and alerts know them.
// Pure; the delivery thread renders it at a scrape. Bounds: those of the snapshot.
#pragma once

#include <string>

#include "ops/agent_snapshot.h"
#include "ops/process_stats.h"

namespace ordertrace {

std::string prometheus_text(const AgentSnapshot& agent, const ProcessStats& process);

}  // namespace ordertrace
