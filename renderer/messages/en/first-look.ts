// Train: learning from the pictures without their classes, before a run.
export const firstLook = {
  'firstLook.title': 'Learn from the pictures without their classes first',
  'firstLook.help': 'The network is shown two changed views of each picture and learns to see the same in both (SimSiam); a linear head then tells whether that was worth anything here.',
  'firstLook.pictures': '{n} {n|picture|pictures}, with and without a class. Those of the test partition stay out.',
  'firstLook.epochs': 'Epochs',
  'firstLook.start': 'Look at the pictures',
  'firstLook.epoch': 'Run {run} looks at the pictures: epoch {epoch} of {epochs}',
  'firstLook.left': '{time} left',
  'firstLook.comparing': 'Run {run} fits a linear head before and after.',
  'firstLook.queued': 'Run {run} waits in the queue.',
  'firstLook.apart': 'Run {run}: the pictures stay apart. Their embeddings spread by {deviation}; evenly would be {even}, all the same 0.',
  'firstLook.collapsed': 'Run {run}: the pictures have become nearly the same to the network. Their embeddings spread by {deviation}, less than half of the {even} that evenly would be. Do not begin with it; take another seed or more pictures.',
  'firstLook.compared': 'A linear head agrees on {pretrained} of validation, on the network as it was {plain}.',
  'firstLook.run': '{strategy}, after a look without classes',
  'warning.pretraining.collapsed': 'The embeddings have collapsed: their standard deviation is {deviation}, at most {limit} is what next to no difference between pictures gives. Use another seed, a lower rate or a larger batch.',
} as const;
