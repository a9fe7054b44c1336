// Treinar: aprender com as imagens sem suas classes, antes de uma execução.
export const firstLook = {
  'firstLook.title': 'Aprender antes com as imagens sem suas classes',
  'firstLook.help': 'A rede recebe duas vistas alteradas de cada imagem e aprende a ver o mesmo nas duas (SimSiam); depois uma cabeça linear mostra se isso valeu algo aqui.',
  'firstLook.pictures': '{n} {n|imagem|imagens}, com e sem classe. As da partição de teste ficam de fora.',
  'firstLook.epochs': 'Épocas',
  'firstLook.start': 'Olhar as imagens',
  'firstLook.epoch': 'A execução {run} olha as imagens: época {epoch} de {epochs}',
  'firstLook.left': 'faltam {time}',
  'firstLook.comparing': 'A execução {run} ajusta uma cabeça linear antes e depois.',
  'firstLook.queued': 'A execução {run} espera na fila.',
  'firstLook.apart': 'Execução {run}: as imagens continuam distintas. Os embeddings se dispersam {deviation}; por igual seriam {even}, todos idênticos 0.',
  'firstLook.collapsed': 'Execução {run}: para a rede as imagens ficaram quase idênticas. Os embeddings se dispersam {deviation}, menos da metade dos {even} que seriam por igual. Não comece com ela; use outra semente ou mais imagens.',
  'firstLook.compared': 'Uma cabeça linear concorda em {pretrained} da validação; na rede como era, em {plain}.',
  'firstLook.run': '{strategy}, após olhar sem classes',
  'warning.pretraining.collapsed': 'Os embeddings colapsaram: o desvio padrão é {deviation}; no máximo {limit} é o que dá quase nenhuma diferença entre imagens. Use outra semente, uma taxa menor ou um lote maior.',
} as const;
