// All processes of a seed, and the faults that are thrown at them.
//
// Who uses it: Simulation. Memory: owns the processes and the journals that survive them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/sim/sim_process.h"

namespace aslx::sim {

class Fleet {
 public:
  explicit Fleet(World* world);
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  /// From now on nothing is thrown any more, what was done is undone, and who died comes back.
  void Heal();
  /// Nothing will be read behind the last event: processes end by themselves.
  void EndInput();
  void Drain();
  /// Nobody comes back any more.
  bool empty() const;
  bool idle() const;
  void CheckIdle();

 private:
  struct Identity {
    std::string name;
    JournalFile journal;
    uint32_t incarnations = 0;
    std::vector<std::unique_ptr<SimProcess>> processes;  // more than one: twins
  };

  void Begin(Identity& identity);
  void OnEnd(Identity& identity);
  void PlanFault();
  void ThrowFault();
  void ThrowAt(Identity& identity, SimProcess& process, size_t kind);
  void ThrowAtBrokers(size_t kind);
  SimProcess* AnyProcess(Identity** identity);

  World* world_;
  std::vector<std::unique_ptr<Identity>> identities_;
  bool healed_ = false;
  bool draining_ = false;
};

}  // namespace aslx::sim
