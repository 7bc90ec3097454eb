import { createBrowserRouter } from 'react-router';
import { BrokenPage, MissingPage } from './error-page.tsx';
import { Gate } from './gate.tsx';

/** Every page is a file of its own for the browser, fetched when it is first opened. */
export const router = createBrowserRouter([
  {
    element: <Gate />,
    hydrateFallbackElement: <span />,
    children: [
      {
        errorElement: <BrokenPage />,
        children: [
          { index: true, lazy: () => import('../pages/overview/overview-page.tsx') },
          { path: 'datasets', lazy: () => import('../pages/datasets/datasets-page.tsx') },
          { path: 'datasets/:id', lazy: () => import('../pages/dataset/dataset-page.tsx') },
          {
            path: 'datasets/:id/samples/:sampleId',
            lazy: () => import('../pages/sample/sample-page.tsx'),
          },
          { path: 'runs', lazy: () => import('../pages/runs/runs-page.tsx') },
          { path: 'runs/new', lazy: () => import('../pages/new-run/new-run-page.tsx') },
          { path: 'runs/:id', lazy: () => import('../pages/run/run-page.tsx') },
          { path: 'compare', lazy: () => import('../pages/compare/compare-page.tsx') },
          { path: 'models', lazy: () => import('../pages/models/models-page.tsx') },
          { path: 'models/:name', lazy: () => import('../pages/model/model-page.tsx') },
          { path: 'try', lazy: () => import('../pages/try/try-page.tsx') },
          {
            path: 'predictions',
            lazy: () => import('../pages/predictions/predictions-page.tsx'),
          },
          {
            path: 'predictions/:id',
            lazy: () => import('../pages/prediction/prediction-page.tsx'),
          },
          { path: 'encoders', lazy: () => import('../pages/encoders/encoders-page.tsx') },
          { path: 'experiments', lazy: () => import('../pages/experiments/experiments-page.tsx') },
          {
            path: 'experiments/new',
            lazy: () => import('../pages/new-experiment/new-experiment-page.tsx'),
          },
          {
            path: 'experiments/:id',
            lazy: () => import('../pages/experiment/experiment-page.tsx'),
          },
          { path: 'access', lazy: () => import('../pages/access/access-page.tsx') },
          { path: '*', element: <MissingPage /> },
        ],
      },
    ],
  },
]);
