import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files in the order of their names, whatever took long or failed last time. */
class ByName extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.sort((a, b) => (a.moduleId < b.moduleId ? -1 : 1)))
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: ByName },
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          // The hosts of a lab are shared: one file at a time, in the order of their names. Lanes have a lab each (test/lanes.mjs).
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'record',
          include: ['test/probes/record.test.ts'],
          // A lab of its own, unless one is named.
          env: { HA_PROVISION_LAB: process.env['HA_PROVISION_LAB'] ?? 'record' },
          testTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'soak',
          include: ['test/soak/**/*.test.ts'],
          testTimeout: 3_600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
