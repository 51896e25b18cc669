import { deleteRun, renameRun, revealRunFolder, showLog } from './changeRun.ts';
import type { CommandHandlers } from './commandNames.ts';
import { decodeTexts } from './decodeTexts.ts';
import { evaluateLabels } from './evaluateLabels.ts';
import { experimentFromFile } from './experimentFromFile.ts';
import { installTensorflow } from './installTensorflow.ts';
import type { Lab } from './lab.ts';
import { moveQueuedRun, trainNow } from './moveQueuedRun.ts';
import { newExperiment } from './newExperiment.ts';
import { openDashboard } from './openDashboard.ts';
import { orderRun } from './orderRun.ts';
import { resumeRun } from './resumeRun.ts';
import { trainExperiment } from './trainExperiment.ts';

/** What each command does; a command without a handler does not compile. */
export function commandHandlers(lab: Lab): CommandHandlers {
  return {
    newExperiment: (template) => newExperiment(lab.context, template),
    experimentFromFile: (target) => experimentFromFile(lab, target),
    trainExperiment: (target) => trainExperiment(lab, target),
    trainNow: (target) => trainNow(lab, target),
    trainSooner: (target) => moveQueuedRun(lab, target, -1),
    trainLater: (target) => moveQueuedRun(lab, target, 1),
    stopRun: (target) => orderRun(lab, target, 'stop'),
    pauseRun: (target) => orderRun(lab, target, 'pause'),
    resumeRun: (target) => resumeRun(lab, target),
    stepRun: (target) => orderRun(lab, target, 'step'),
    openDashboard: (target) => openDashboard(lab, target),
    decode: (target, prompt) => decodeTexts(lab, target, prompt),
    showLog: (target) => showLog(lab, target),
    revealRunFolder: (target) => revealRunFolder(lab, target),
    renameRun: (target, name) => renameRun(lab, target, name),
    deleteRun: (target) => deleteRun(lab, target),
    refreshRuns: () => lab.runs.refresh(),
    evaluateLabels: (target, labels) => evaluateLabels(lab, target, labels),
    installTensorflow: () => installTensorflow(lab),
  };
}
