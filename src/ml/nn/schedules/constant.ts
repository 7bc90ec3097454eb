import { defineSchedule } from './schedule.js';

export const constant = defineSchedule({ options: {}, factor: () => 1 });
