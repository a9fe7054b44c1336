// `fovea doctor`: which engines are here, which one is used, and why a better one is not.
import { table } from './output.ts';
import type { Command } from './command.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'Show the engines of this machine, which one is used and why.',
  positionals: [],
  options: {},
  async run({ link, output }) {
    const report = await link.call('app.doctor', {});
    output.result(report, () => [
      ...table(['engine', 'available', 'trains', 'device', 'version', 'reason'],
        report.engines.map(({ id, available, trains, device, version, reason }) => [id, available ? 'yes' : 'no', trains ? 'yes' : 'no', device, version, reason])),
      '', `used: ${report.chosen}`, `node ${report.node}${report.electron ? `, electron ${report.electron}` : ''}`, `home: ${report.home}`,
    ]);
  },
};
